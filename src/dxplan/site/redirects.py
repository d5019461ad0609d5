"""How a web server answers the IRIs of ours: rules for Apache, nginx, Netlify, and for w3id.org.

An IRI has no ending. Who asks for it is sent, with 303 See Other, to the file in the form that they accept
(https://www.w3.org/TR/cooluris/, section 4.2): Turtle, JSON-LD, or the page in their language. Weights are not read:
what a client names first counts. The path is taken as it was asked for, still encoded, since a server that decodes it
could not tell ``term/…-TCP%2FIP`` from ``term/…-TCP/IP``; what stands escaped in a key is part of the name of its file
and so is escaped once more on the way to it (:func:`dxplan.iris.key_name`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from dxplan.iris import BASE, CATALOG
from dxplan.site.addresses import INDEX, address
from dxplan.site.files import File

__all__ = ["files"]

# What is described in files that have no page; who wants one gets the page of the data set.
_PAGELESS = address(CATALOG)
# What ends so is a file; the full stop of national/1.0 begins no ending.
_ENDINGS = "html|ttl|jsonld|nq|gz|csv|json|xml|txt|js|css|svg|png|ico|wasm|rq|md|zip"
_FILE = rf"\.({_ENDINGS})$|^_redirects$|^\.well-known/"
_KEPT = "%(3C|3E|22|7B|7D|7C|5C|5E|60|25|2F|23|3F|[01][0-9A-F])"
# Which form is named first; browsers name HTML and no RDF.
_TURTLE = r"^(?:(?!text/html|application/xhtml|application/ld\+json).)*text/turtle"
_JSONLD = r"^(?:(?!text/html|application/xhtml|text/turtle).)*application/ld\+json"
_ENGLISH = r"^(?:(?!\bja\b).)*\ben\b"


def files(base: str) -> Iterator[File]:
    """Yield the rules of a site, and ``robots.txt``.

    :param base: where the site is published, with a ``/`` at its end.
    """
    root = urlsplit(base).path or "/"
    yield ".htaccess", _apache(root).encode()
    yield "server/nginx.conf", _nginx(root).encode()
    yield "_redirects", _netlify(root).encode()
    yield "server/w3id/dxplan/.htaccess", _w3id(base).encode()
    yield "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n".encode()


# After it, %{ENV:asked} is the path as it was asked for, and %{ENV:named} the same as it names a file.
def _taken(root: str) -> str:
    again = f"""\
RewriteCond %{{ENV:rest}} "^(.*?){_KEPT}(.*)$" [NC]
RewriteRule ^ - [E=named:%{{ENV:named}}%1\\%25%2,E=rest:%3]
"""
    return f"""\
# The path as it was asked for, still encoded; what is escaped in a key is escaped once more (twice at most in a key).
# 求められたままの（符号化された）パス。キーの中の %XX はもう一度符号化する（一つのキーに二つまで）。
RewriteCond %{{THE_REQUEST}} "^[A-Z]+ {re.escape(root)}([^ ?]*)"
RewriteRule ^ - [E=asked:%1,E=rest:%1]
{again * 2}RewriteRule ^ - [E=named:%{{ENV:named}}%{{ENV:rest}}]
"""


# Sends a request to the file in the form and language that are accepted; what it leaves is to get the Japanese page.
def _negotiated(to: str) -> str:
    return f"""\
RewriteCond %{{HTTP:Accept}} "{_TURTLE}"
RewriteRule ^ "{to}%{{ENV:named}}.ttl" [R=303,NE,L]
RewriteCond %{{HTTP:Accept}} "{_JSONLD}"
RewriteRule ^ "{to}%{{ENV:named}}.jsonld" [R=303,NE,L]
RewriteCond %{{ENV:asked}} "^{_PAGELESS}$"
RewriteRule ^ - [E=named:{INDEX}]
RewriteCond %{{HTTP:Accept-Language}} "{_ENGLISH}"
RewriteRule ^ "{to}%{{ENV:named}}.en.html" [R=303,NE,L]
"""


def _apache(root: str) -> str:
    return f"""\
# Content negotiation for Apache 2.4: mod_rewrite, mod_mime, mod_headers; AllowOverride All.
# Names with %2F also need "AllowEncodedSlashes NoDecode", which Apache takes in its own configuration alone.
# Apache 2.4 用の内容交渉。AllowOverride All とする。
# %2F を含む名前には、サーバの設定で AllowEncodedSlashes NoDecode も要る。
<IfModule mod_negotiation.c>
Options -MultiViews
</IfModule>
DirectorySlash Off
DirectoryIndex index.html
AddDefaultCharset UTF-8
AddCharset UTF-8 .ttl .csv .js .css .svg
AddType text/turtle .ttl
AddType application/ld+json .jsonld
AddType application/wasm .wasm
AddType text/csv .csv
AddType text/javascript .js
RemoveType .gz
RemoveEncoding .gz
<FilesMatch "\\.gz$">
ForceType application/gzip
</FilesMatch>
<Files "void">
ForceType text/turtle
</Files>
ErrorDocument 404 {root}404.html
<IfModule mod_headers.c>
Header always merge Vary "Accept, Accept-Language"
Header always set Access-Control-Allow-Origin "*"
</IfModule>

RewriteEngine On
RewriteBase {root}

{_taken(root)}
# Files are files. / ファイルはそのまま渡す。
RewriteCond %{{ENV:asked}} "{_FILE}"
RewriteRule ^ - [L]

# The data set itself. / データセット自身。
RewriteCond %{{ENV:asked}} "^$"
RewriteRule ^ - [E=named:{INDEX}]

{_negotiated(root)}RewriteCond %{{ENV:asked}} "^$"
RewriteRule ^ - [L]
RewriteRule ^ "{root}%{{ENV:named}}.html" [R=303,NE,L]
"""


def _nginx(root: str) -> str:
    kept = _KEPT.replace("(", "(?:", 1).removeprefix("%")
    return f"""\
# Content negotiation for nginx: include this file in http {{ }}; in the server whose root is the folder of the site
# (with its path below it), write:
#     location {root} {{
#         if ($dxplan_answer = 303) {{ return 303 $dxplan_to; }}
#         types {{ text/html html; text/turtle ttl; application/ld+json jsonld; text/csv csv; application/json json;
#                 text/javascript js; text/css css; image/svg+xml svg; application/wasm wasm; application/gzip gz;
#                 text/xml xml; text/plain txt; }}
#         charset utf-8;  charset_types text/html text/turtle text/csv text/javascript text/plain;
#         add_header Vary "Accept, Accept-Language" always;  add_header Access-Control-Allow-Origin "*" always;
#         error_page 404 {root}404.html;
#     }}
#     location = {root}.well-known/void {{ default_type text/turtle; }}
# nginx 用の内容交渉。このファイルを http {{ }} に include し、サイトのフォルダを root に持つ server に上の二つの
# location を書く。

map $http_accept $dxplan_data {{
    default "";
    "~{_TURTLE}" ".ttl";
    "~{_JSONLD}" ".jsonld";
}}
map $http_accept_language $dxplan_page {{
    default ".html";
    "~{_ENGLISH}" ".en.html";
}}
map $dxplan_data $dxplan_ending {{
    default $dxplan_data;
    "" $dxplan_page;
}}
map $request_uri $dxplan_asked {{
    "~^{re.escape(root)}(?<dxplan_path>[^?]*)" $dxplan_path;
}}
map $dxplan_asked $dxplan_answer {{
    default 303;
    "~{_FILE}" 200;
}}
# What is escaped in a key is escaped once more (twice at most in a key). / キーの中の %XX はもう一度符号化する。
map $dxplan_asked $dxplan_named {{
    default $dxplan_asked;
    "" "{INDEX}";
    "~*^(?<dxplan_a>.*?)%(?<dxplan_b>{kept})(?<dxplan_c>.*?)%(?<dxplan_d>{kept})(?<dxplan_e>.*)$"
        "$dxplan_a%25$dxplan_b$dxplan_c%25$dxplan_d$dxplan_e";
    "~*^(?<dxplan_f>.*?)%(?<dxplan_g>{kept})(?<dxplan_h>.*)$" "$dxplan_f%25$dxplan_g$dxplan_h";
}}
map "$dxplan_asked $dxplan_data" $dxplan_to {{
    default "{root}$dxplan_named$dxplan_ending";
    "{_PAGELESS} " "{root}{INDEX}$dxplan_page";
}}
"""


def _netlify(root: str) -> str:
    return f"""\
# Redirects for Netlify. They tell languages apart, but cannot see what a client accepts: who asks for the IRI of a
# thing gets its page, and finds Turtle and JSON-LD from there (<link rel="alternate">) or by adding .ttl or .jsonld.
# Netlify 用の転送。言語は分けられるが Accept は見られない。IRI を求めるとページになり、Turtle と JSON-LD は
# そのページの <link rel="alternate"> から、または .ttl、.jsonld を加えて得る。
{root}  {root}{INDEX}.en.html  303  Language=en
{root}{_PAGELESS}  {root}{_PAGELESS}.ttl  303
{root}*  {root}:splat.en.html  303  Language=en
{root}*  {root}:splat.html  303
"""


def _w3id(base: str) -> str:
    return f"""\
# For https://github.com/perma-id/w3id.org, as dxplan/.htaccess: sends IRIs to the site in the form that is accepted.
# https://github.com/perma-id/w3id.org に dxplan/.htaccess として置く。
# {BASE} → {base}
Options +FollowSymLinks -MultiViews
RewriteEngine On

{_taken(urlsplit(BASE).path)}
RewriteCond %{{ENV:asked}} "{_FILE}"
RewriteRule ^ "{base}%{{ENV:asked}}" [R=303,NE,L]
RewriteCond %{{ENV:asked}} "^$"
RewriteRule ^ - [E=named:{INDEX}]
{_negotiated(base)}RewriteRule ^ "{base}%{{ENV:named}}.html" [R=303,NE,L]
"""

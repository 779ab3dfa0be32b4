"""HTML that acts or asks the network, in the ways that are known: what no page may carry through."""

import base64

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

HOSTILE = [
    "<script>alert(1)</script>",
    '<script src="https://evil.example/x.js"></script>',
    '<img src="https://evil.example/x.png">',
    '<img src=x onerror="alert(1)">',
    '<img src="data:text/html,<script>alert(1)</script>">',
    '<img srcset="https://evil.example/x.png 2x" src="data:image/png;base64,AAAA">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href=" &#14; javascript:alert(1)">x</a>',
    '<a href="//evil.example/">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<a href="#" onclick="alert(1)" ping="https://evil.example/">x</a>',
    '<iframe src="https://evil.example/"></iframe>',
    '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
    '<object data="https://evil.example/"></object><embed src="https://evil.example/">',
    '<link rel="stylesheet" href="https://evil.example/x.css">',
    '<style>@import "https://evil.example/x.css"; body { background: url(https://evil.example/) }</style>',
    '<p style="background: url(https://evil.example/)">x</p>',
    '<p style="background-image: u\\72l(https://evil.example/); color: red">x</p>',
    '<meta http-equiv="refresh" content="0; url=https://evil.example/">',
    '<base href="https://evil.example/">',
    '<form action="https://evil.example/"><input name="x"><button formaction="https://evil.example/">x</button></form>',
    "<svg onload=alert(1)><image href='https://evil.example/'/></svg>",
    '<video poster="https://evil.example/" src="https://evil.example/"></video>',
    '<table background="https://evil.example/"><tr><td onmouseover="alert(1)">x</td></tr></table>',
    "<details ontoggle=alert(1) open><summary>x</summary></details>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<scr<style></style>ipt>alert(1)</script>",
    "<style></style><script>alert(1)</script><style></style>",
]

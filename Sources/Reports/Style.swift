/// The report's style sheet: one column of text, figures in a grid that folds on narrow screens.
enum Style {
  /// All rules, colours by custom property for light, dark and print.
  static var sheet: String {
    """
    :root{color-scheme:light dark;\(Palette.light.properties)}
    @media (prefers-color-scheme:dark){:root{\(Palette.dark.properties)}}
    @media print{:root{color-scheme:light;\(Palette.light.properties)}}
    \(layout)
    \(tables)
    \(charts)
    \(narrow)
    """
  }

  private static let layout = """
    *{box-sizing:border-box}
    html{font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;\
    -webkit-text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);font-variant-numeric:tabular-nums}
    .page{max-width:1240px;margin:0 auto;padding:0 clamp(16px,4vw,48px)}
    header{background:var(--raised);border-bottom:1px solid var(--rule);padding:28px 0 24px}
    .mark{margin:0 0 14px;font-size:12px;letter-spacing:.14em;text-transform:uppercase;color:var(--muted)}
    h1{margin:0;font-size:30px;line-height:1.2;font-weight:650;letter-spacing:-.012em;overflow-wrap:anywhere}
    h2{margin:0 0 4px;font-size:20px;line-height:1.3;font-weight:650;letter-spacing:-.005em}
    h3{margin:32px 0 10px;font-size:15px;font-weight:650}
    section{padding:40px 0 0}
    p{margin:0 0 12px;max-width:76ch}
    .lead{margin:8px 0 0;font-size:17px}
    .note,small{color:var(--muted)}
    small{font-size:12px}
    .note{font-size:13.5px}
    .facts{display:flex;flex-wrap:wrap;gap:8px 32px;margin:20px 0 0}
    .facts div{min-width:0}
    .facts dt{font-size:12px;color:var(--muted)}
    .facts dd{margin:0;overflow-wrap:anywhere}
    code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em;\
    overflow-wrap:anywhere}
    nav ul{display:flex;flex-wrap:wrap;gap:4px 22px;margin:0;padding:12px 0;list-style:none;font-size:13.5px}
    nav{border-bottom:1px solid var(--rule)}
    a{color:var(--s0);text-underline-offset:3px}
    a:focus-visible,.scroll:focus-visible{outline:2px solid var(--s0);outline-offset:2px}
    .cards{display:grid;grid-template-columns:repeat(4,1fr);gap:1px;margin:0;\
    border:1px solid var(--rule);border-radius:6px;overflow:hidden;background:var(--rule)}
    .card{background:var(--paper);padding:16px 18px}
    .card h3{margin:0 0 6px;font-size:12.5px;font-weight:400;color:var(--muted)}
    .card .big{font-size:26px;line-height:1.2;font-weight:600;letter-spacing:-.01em;white-space:nowrap}
    .card .big small{font-size:13px;font-weight:400;letter-spacing:0}
    .card p{margin:4px 0 0;font-size:12.5px;color:var(--muted)}
    .trio{display:flex;gap:4px 16px}.trio div{min-width:0}.trio .big{font-size:22px}
    .met{color:var(--good)}.missed{color:var(--bad)}.open{color:var(--open)}
    .state{font-weight:650;white-space:nowrap}
    footer{margin:56px 0 0;padding:20px 0 40px;border-top:1px solid var(--rule);font-size:13px;color:var(--muted)}
    """

  private static let tables = """
    .scroll{overflow-x:auto;margin:12px 0 20px}
    table{border-collapse:separate;border-spacing:0;width:100%;font-size:14px}
    table.compact{width:auto;min-width:min(100%,26em)}
    .compact th,.compact td{padding-right:32px}
    .compact caption{white-space:nowrap}
    #verdict caption{font-size:16px;font-weight:600;color:var(--ink)}
    caption{text-align:left;color:var(--muted);font-size:13px;padding:0 0 8px}
    th,td{padding:7px 14px 7px 0;text-align:right;vertical-align:top;border-bottom:1px solid var(--rule)}
    th:last-child,td:last-child{padding-right:4px}
    thead th{font-size:12.5px;font-weight:600;color:var(--muted);vertical-align:bottom;\
    border-bottom:1px solid var(--muted)}
    th.group{text-align:center;border-bottom:1px solid var(--rule)}
    tbody th,tfoot th{font-weight:500}
    th.text,td.text{text-align:left}
    td.number{white-space:nowrap}
    td small{display:block;line-height:1.3}
    td.wide{min-width:15em}
    th.name{text-align:left;white-space:nowrap;max-width:26em;overflow:hidden;text-overflow:ellipsis}
    tfoot th,tfoot td{border-top:1px solid var(--muted);border-bottom:0;font-weight:650}
    tr.subtotal th,tr.subtotal td{background:var(--raised);font-weight:600}
    .meter{display:inline-block;width:96px;height:8px;margin-left:10px;background:var(--raised);\
    border:1px solid var(--rule)}
    .meter i{display:block;height:100%;background:var(--s0)}
    .grade{white-space:nowrap}
    .tables{display:flex;flex-wrap:wrap;gap:0 56px}.tables>*{min-width:0;max-width:100%}
    .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:0 48px}
    """

  private static let charts = """
    .grid2{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr));\
    gap:28px 44px;align-items:end;margin:16px 0 0}
    .grid2>*,.pair>*{min-width:0}
    figure{margin:0}
    figcaption{font-size:14px;font-weight:600}
    .legend{display:flex;flex-wrap:wrap;gap:2px 18px;margin:4px 0 0;padding:0;list-style:none;font-size:12.5px;\
    color:var(--muted)}
    .legend svg{vertical-align:middle}
    .plot{position:relative;padding:26px 14px 40px 58px}
    .plot>svg{display:block;overflow:visible}
    .plot>.axis{position:absolute;left:0;top:0;font-size:12px;color:var(--muted)}
    svg text{font-size:12px;fill:var(--muted);font-family:inherit}
    .grid{stroke:var(--rule);stroke-width:1;shape-rendering:crispEdges}
    .stroke,.limit{fill:none;stroke-width:1.75;stroke-linejoin:round;vector-effect:non-scaling-stroke}
    .band{stroke:none;opacity:.2}
    path.limit{stroke:var(--bad);stroke-dasharray:10 4;stroke-width:1.5}
    text.limit{fill:var(--bad)}
    .cursor{stroke:var(--muted);stroke-width:1;visibility:hidden;pointer-events:none}
    output{display:block;min-height:1.6em;font-size:12.5px;color:var(--muted)}
    .stroke.s0{stroke:var(--s0)}.stroke.s1{stroke:var(--s1);stroke-dasharray:7 3}
    .stroke.s2{stroke:var(--s2);stroke-dasharray:2 3}.stroke.s3{stroke:var(--s3);stroke-dasharray:9 3 2 3}
    .stroke.s4{stroke:var(--s4);stroke-dasharray:5 5}.stroke.s5{stroke:var(--s5);stroke-dasharray:12 3}
    .stroke.s6{stroke:var(--s6);stroke-dasharray:3 2 1 2}.stroke.s7{stroke:var(--s7);stroke-dasharray:1 4}
    .band.s0,.part.s0{fill:var(--s0)}.band.s1,.part.s1{fill:var(--s1)}.band.s2,.part.s2{fill:var(--s2)}
    .band.s3,.part.s3{fill:var(--s3)}.band.s4,.part.s4{fill:var(--s4)}.band.s5,.part.s5{fill:var(--s5)}
    .band.s6,.part.s6{fill:var(--s6)}.band.s7,.part.s7{fill:var(--s7)}
    .part{stroke:var(--paper);stroke-width:1}
    .bars{display:block;overflow:visible;margin:10px 0 4px}
    .bars text.key{fill:var(--paper);font-weight:650}
    .bars text.row{fill:var(--ink);font-size:13px}
    """

  private static let narrow = """
    @media (max-width:1160px){.cards{grid-template-columns:1fr 1fr}}
    @media (max-width:560px){.cards{grid-template-columns:1fr}.compact caption{white-space:normal}html{font-size:14px}h1{font-size:24px}.plot{padding-left:46px;padding-right:8px}\
    section{padding-top:32px}.lead{font-size:15px}th,td{padding-right:12px}\
    th.name{white-space:normal;overflow-wrap:break-word;min-width:6em;max-width:9.5em}\
    tbody th.name:first-child{position:sticky;left:0;background:var(--paper)}.state{white-space:normal}\
    .compact th,.compact td{padding-right:16px}}
    @media print{body{background:#fff}html{font-size:11px}nav,output{display:none}header{background:none}\
    table{font-size:10px}th,td{padding:4px 8px 4px 0}td.wide{min-width:10em}.grid2{grid-template-columns:1fr 1fr}\
    section{break-inside:auto}figure,tr,.card{break-inside:avoid}.scroll{overflow:visible}h2,h3{break-after:avoid}}
    """
}

/// What only a comparison's page needs.
extension Style {
  /// The rules of a run's report and those that only a comparison needs.
  static var comparisonSheet: String { sheet + comparison }

  private static let comparison = """

    .verdicts{list-style:none;margin:0 0 20px;padding:0;border:1px solid var(--rule);border-radius:6px}
    .verdicts li{padding:14px 18px;font-size:17px;line-height:1.5}
    .verdicts li+li{border-top:1px solid var(--rule)}
    .verdicts li strong{font-weight:650}
    .remark{border-left:4px solid var(--open);background:var(--raised);padding:10px 14px;max-width:none}
    .best{max-width:none}
    .swatch{vertical-align:-1px;margin-right:6px;overflow:visible}
    path.mark{stroke:var(--paper);stroke-width:1}
    path.mark.s0{fill:var(--s0)}path.mark.s1{fill:var(--s1)}path.mark.s2{fill:var(--s2)}path.mark.s3{fill:var(--s3)}
    path.mark.s4{fill:var(--s4)}path.mark.s5{fill:var(--s5)}path.mark.s6{fill:var(--s6)}path.mark.s7{fill:var(--s7)}
    .whisker{stroke-width:1.5}
    .whisker.s0{stroke:var(--s0)}.whisker.s1{stroke:var(--s1)}.whisker.s2{stroke:var(--s2)}
    .whisker.s3{stroke:var(--s3)}.whisker.s4{stroke:var(--s4)}.whisker.s5{stroke:var(--s5)}
    .whisker.s6{stroke:var(--s6)}.whisker.s7{stroke:var(--s7)}
    .lane{stroke:var(--rule);stroke-width:1;stroke-dasharray:1 3}
    svg text.value{fill:var(--ink);font-size:11.5px}
    svg text.level{fill:var(--ink);font-size:13px;font-weight:600}
    #latency .grid2{align-items:start}
    #latency .plot>svg{height:340px}
    .dots{padding:6px 92px 40px 70px}
    .dots>svg{display:block;overflow:visible}
    td.forest{min-width:190px;padding-top:5px;padding-bottom:2px}
    .forest svg{display:block;overflow:visible}
    .zero{stroke:var(--muted);stroke-width:1}
    .span{stroke-width:2}
    .forest .better{stroke:var(--good);fill:var(--good)}.forest .worse{stroke:var(--bad);fill:var(--bad)}
    .forest .other{stroke:var(--s0);fill:var(--s0)}.forest .none{stroke:var(--muted);fill:var(--paper)}
    tr.group th{background:var(--raised);font-weight:600;text-align:left}
    td.verdict{text-align:left;white-space:nowrap;font-weight:600;font-size:inherit}
    tr.more th,tr.more td{border-bottom-color:transparent}
    td.design{white-space:nowrap}
    details{margin:12px 0 0}
    summary{cursor:pointer;font-weight:600;font-size:14px;padding:6px 0}
    summary:focus-visible{outline:2px solid var(--s0);outline-offset:2px}
    @media print{td.forest{min-width:110px}.verdicts li{font-size:13px}}
    @media (max-width:560px){.dots{padding:6px 64px 40px 52px}.verdicts li{font-size:15px;padding:12px 14px}}
    """
}

/// How a page looks, on a screen and in print: dark text on white, nothing that printers would fill.
enum PageStyle {
    /// The style sheet.
    static let text = base + rows + paper

    private static let base = """
        :root { color-scheme: light; }
        body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; background: #fff; color: #222;
          font: 16px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
        h1 { font-size: 1.7rem; margin: 0 0 .5rem; }
        h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid #ccd3da; }
        h3 { font-size: 1.05rem; margin: 1.5rem 0 .25rem; }
        p { margin: .4rem 0; max-width: 46rem; overflow-wrap: anywhere; }
        dl { display: grid; grid-template-columns: max-content auto; gap: 0 1rem; margin: 0; font-size: .9rem; }
        dt { color: #555; }
        dd { margin: 0; overflow-wrap: anywhere; }
        .chart { display: none; position: relative; margin: 1rem 0; height: 20rem; }
        .drawing .chart { display: block; }
        .table { overflow-x: auto; margin: .75rem 0; }
        table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; color: #555; padding-bottom: .25rem; }
        th, td { padding: .15rem .6rem; border-bottom: 1px solid #e2e6ea; text-align: left; font-weight: normal; }
        thead th { border-bottom: 1px solid #7a8896; font-weight: 600; }
        .figure { text-align: right; white-space: nowrap; }
        .shade0 { background: #ffffff; } .shade1 { background: #eef4f9; } .shade2 { background: #d9e7f2; }
        .shade3 { background: #bfd8ea; } .shade4 { background: #a3c7e0; } .shade5 { background: #8ab6d6; }

        """

    /// The heights of charts by the number of their bars.
    private static let rows = (2...PageChart.mostRows).map { count in
        ".rows\(count) { height: \(count * 2 + 3)rem; }\n"
    }.joined()

    private static let paper = """
        @media print {
          @page { margin: 15mm; }
          body { max-width: none; padding: 0; font-size: 10pt; }
          h2, h3, caption { break-after: avoid; }
          .chart, tr { break-inside: avoid; }
          .chart canvas { max-width: 100% !important; }
          .table { overflow: visible; }
          thead { display: table-header-group; }
          table { font-size: 8.5pt; }
          th, td { padding: .1rem .35rem; }
          .wide table { font-size: 6.5pt; }
          .wide th, .wide td { padding: .1rem .15rem; }
        }

        """
}

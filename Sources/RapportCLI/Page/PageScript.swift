/// The script of a page: draws the charts that stand in it as JSON. It asks for nothing from anywhere.
///
/// When it has drawn, the root element says how many charts by `data-drawn`; `data-failed` says why it could not.
enum PageScript {
    /// The id of the element that holds the charts as JSON.
    static let chartsID = "charts"

    /// The JavaScript.
    static let text = """
        (function () {
        'use strict';
        var root = document.documentElement;
        var colours = {
          bar: '#4a7fb0', line: '#1f4e79', band: 'rgba(74,127,176,0.22)', fit: '#a05a00', total: '#7a8896',
          adds: '#5a9a6e', takes: '#c4705c', grid: '#e2e6ea', text: '#333333'
        };
        window.addEventListener('error', function (event) { root.setAttribute('data-failed', event.message); });

        function shown(value, spec) {
          if (value === null || value === undefined) { return '\u{2013}'; }
          return Number(value).toLocaleString('en-US', {
            minimumFractionDigits: 0, maximumFractionDigits: spec.digits }) + spec.unit;
        }
        function axis(spec, isValue) {
          var scale = { grid: { color: colours.grid, display: isValue }, ticks: { color: colours.text } };
          if (!isValue) { scale.ticks.autoSkip = spec.kind !== 'bars'; return scale; }
          if (typeof spec.lowest === 'number') { scale.min = spec.lowest; }
          if (typeof spec.highest === 'number') { scale.max = spec.highest; }
          if (spec.digits === 0) { scale.ticks.precision = 0; }
          scale.ticks.callback = function (value) { return shown(value, spec); };
          return scale;
        }
        function line(series, colour, more) {
          var dataset = {
            label: series.label, data: series.values, borderColor: colour, backgroundColor: colour,
            borderWidth: 2, pointRadius: 3, spanGaps: false, tension: 0 };
          Object.keys(more).forEach(function (name) { dataset[name] = more[name]; });
          return dataset;
        }
        function bars(spec) {
          return [{ label: spec.value.label, data: spec.value.values, backgroundColor: colours.bar,
            barPercentage: 0.8, categoryPercentage: 0.9 }];
        }
        function bridge(spec) {
          return [{ label: spec.value.label, barPercentage: 0.85, categoryPercentage: 0.9, minBarLength: 1,
            data: spec.low.values.map(function (low, index) { return [low, spec.high.values[index]]; }),
            backgroundColor: spec.signs.map(function (sign) {
              return sign > 0 ? colours.adds : sign < 0 ? colours.takes : colours.total; }) }];
        }
        function band(spec) {
          var edge = { borderWidth: 0, pointRadius: 0, backgroundColor: colours.band };
          var upper = { borderWidth: 0, pointRadius: 0, backgroundColor: colours.band, fill: '-1' };
          var datasets = [line(spec.low, 'rgba(0,0,0,0)', edge), line(spec.high, 'rgba(0,0,0,0)', upper)];
          if (spec.fit) { datasets.push(line(spec.fit, colours.fit, { borderDash: [6, 4], pointRadius: 0 })); }
          datasets.push(line(spec.value, colours.line, {}));
          return datasets;
        }
        // A line from the lower to the upper end at each point: a band shows nothing of a point that stands alone.
        var intervals = { id: 'intervals', beforeDatasetsDraw: function (chart) {
          var low = chart.getDatasetMeta(0).data;
          var high = chart.getDatasetMeta(1).data;
          var context = chart.ctx;
          context.save();
          context.strokeStyle = colours.bar;
          context.lineWidth = 1;
          low.forEach(function (point, index) {
            if (point.skip || high[index].skip) { return; }
            context.beginPath();
            context.moveTo(point.x, point.y);
            context.lineTo(high[index].x, high[index].y);
            context.stroke();
          });
          context.restore();
        } };
        function legend(spec) {
          return { display: spec.kind === 'band', labels: { color: colours.text, boxWidth: 24, boxHeight: 4,
            filter: function (item) {
              if (item.datasetIndex === 0) { item.text = spec.interval; }
              return item.datasetIndex !== 1;
            } } };
        }
        function config(spec) {
          var isAcross = spec.kind === 'bars';
          var datasets = spec.kind === 'band' ? band(spec) : spec.kind === 'bridge' ? bridge(spec) : bars(spec);
          return {
            type: spec.kind === 'band' ? 'line' : 'bar',
            data: { labels: spec.labels, datasets: datasets },
            plugins: spec.kind === 'band' ? [intervals] : [],
            options: {
              indexAxis: isAcross ? 'y' : 'x', responsive: true, maintainAspectRatio: false, animation: false,
              scales: { x: axis(spec, isAcross), y: axis(spec, !isAcross) },
              plugins: {
                legend: legend(spec),
                tooltip: { callbacks: { label: function (item) {
                  var values = spec.kind === 'band' ? item.dataset.data : spec.value.values;
                  return item.dataset.label + ': ' + shown(values[item.dataIndex], spec);
                } } }
              }
            }
          };
        }

        var specs = JSON.parse(document.getElementById('charts').textContent);
        root.classList.add('drawing');
        var charts = specs.map(function (spec) {
          var canvas = document.getElementById(spec.id);
          var chart = new Chart(canvas, config(spec));
          canvas.setAttribute('data-points', String(chart.getDatasetMeta(0).data.length));
          return chart;
        });
        function fit() { charts.forEach(function (chart) { chart.resize(); }); }
        window.addEventListener('beforeprint', fit);
        window.addEventListener('afterprint', fit);
        root.setAttribute('data-drawn', String(charts.length));
        }());
        """
}

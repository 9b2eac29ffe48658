/// The read-outs under the charts: an extra for the pointer, which nothing in the report depends on.
enum Script {
  /// Reads values back from the drawn paths, so that no figure stands in the file twice.
  static let source = """
    (function () {
      'use strict';
      function scale(text) {
        var parts = text.split(' '), low = +parts[0], high = +parts[1];
        return {kind: parts[2], at: function (share) {
          return parts[2] === 'log' ? low * Math.pow(high / low, share) : low + (high - low) * share;
        }};
      }
      function figure(value) {
        return value === 0 ? '0' : Math.abs(value) >= 1000 ? String(Math.round(value)) : String(+value.toPrecision(3));
      }
      function time(seconds) {
        var d = Math.floor(seconds / 86400), h = Math.floor(seconds % 86400 / 3600);
        var m = Math.floor(seconds % 3600 / 60), s = Math.floor(seconds % 60);
        return (d ? d + ' d ' : '') + (d || h ? h + ' h ' : '') + m + ' min' + (d || h ? '' : ' ' + s + ' s');
      }
      document.querySelectorAll('figure[data-x]').forEach(function (chart) {
        var x = scale(chart.dataset.x), y = scale(chart.dataset.y), plot = chart.querySelector('.plot > svg');
        var cursor = chart.querySelector('.cursor'), output = chart.querySelector('output');
        var lines = Array.from(chart.querySelectorAll('path[data-name]'), function (path) {
          var pairs = path.getAttribute('d').match(/\\d+ \\d+/g) || [];
          return {name: path.dataset.name, points: pairs.map(function (pair) { return pair.split(' ').map(Number); })};
        });
        plot.addEventListener('pointermove', function (event) {
          var box = plot.getBoundingClientRect();
          var share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
          cursor.setAttribute('x1', share * 100 + '%');
          cursor.setAttribute('x2', share * 100 + '%');
          cursor.style.visibility = 'visible';
          var texts = lines.map(function (line) {
            var nearest = null, distance = 40;
            line.points.forEach(function (point) {
              var away = Math.abs(point[0] - share * 1200);
              if (away < distance) { distance = away; nearest = point; }
            });
            return nearest ? line.name + ' ' + figure(y.at(1 - nearest[1] / 1000)) : '';
          }).filter(Boolean);
          output.textContent = (x.kind === 'time' ? time(x.at(share)) : figure(x.at(share))) + ': ' + texts.join(', ');
        });
        plot.addEventListener('pointerleave', function () {
          cursor.style.visibility = 'hidden';
          output.textContent = '';
        });
      });
    })();
    """
}

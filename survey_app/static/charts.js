/* Draws the figures that stand in data-figure attributes. Without this script the tables beside them say it all.
   ES2017 at most: office computers and old phones. Nothing inline, nothing fetched. */
(function () {
  'use strict';

  var PRINT_WIDTH = 680;
  var STILL = { staticPlot: true, displayModeBar: false, responsive: true };
  var VARIABLE = /^var\((--[\w-]+)\)$/;
  var figures = Array.prototype.slice.call(document.querySelectorAll('[data-figure]'));
  var printing = false;

  if (!figures.length || !window.Plotly) {
    return;
  }

  /* A figure names colours and fonts by CSS variable; put in what they stand for on this page, now. */
  function themed(value, style) {
    if (typeof value === 'string') {
      var named = VARIABLE.exec(value);
      return named ? style.getPropertyValue(named[1]).trim() : value;
    }
    if (Array.isArray(value)) {
      return value.map(function (each) { return themed(each, style); });
    }
    if (value && typeof value === 'object') {
      return Object.keys(value).reduce(function (made, key) {
        made[key] = themed(value[key], style);
        return made;
      }, {});
    }
    return value;
  }

  function draw(element) {
    if (element.closest('details:not([open])')) {
      return; /* It has no width yet: drawn when unfolded. */
    }
    element.hidden = false;
    if (element.nextElementSibling) {
      element.nextElementSibling.hidden = false; /* the words about the picture */
    }
    var figure = themed(JSON.parse(element.getAttribute('data-figure')), window.getComputedStyle(element));
    if (printing) {
      figure.layout.width = PRINT_WIDTH;
    }
    window.Plotly.react(element, figure.data, figure.layout, STILL);
  }

  function drawAll() {
    figures.forEach(draw);
  }

  function print(begins) {
    printing = begins;
    document.documentElement.classList.toggle('printing', begins);
    drawAll();
  }

  drawAll();

  document.addEventListener('toggle', function (event) {
    figures.filter(function (element) { return event.target.contains(element); }).forEach(draw);
  }, true);

  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  if (dark.addEventListener) {
    dark.addEventListener('change', drawAll);
  } else {
    dark.addListener(drawAll);
  }
  window.addEventListener('beforeprint', function () { print(true); });
  window.addEventListener('afterprint', function () { print(false); });
}());

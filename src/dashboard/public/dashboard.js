/* What scripts add to pages that work without: they stay where they are, show changes made elsewhere, and draw. */
'use strict';

const SETTLE = 50; // milliseconds in which several changes are one

/** Shows the page as it is now; what is being typed stays. */
let refreshing;
function refresh() {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => {
    htmx.ajax('GET', location.href, { target: 'body', swap: 'innerMorph' });
  }, SETTLE);
}

/** Listens while somebody looks: a browser has few connections to one site. */
let stream;
let standing;
function listen() {
  if (document.hidden) {
    stream?.close();
    stream = undefined;
    return;
  }
  if (stream) return;
  stream = new EventSource(document.body.dataset.events);
  stream.addEventListener('standing', ({ data }) => {
    const before = standing;
    standing = data;
    connected(true);
    if (before !== undefined && before !== data) refresh();
  });
  stream.addEventListener('error', () => connected(false));
}
let isConnected = false;
function connected(on = isConnected) {
  isConnected = on;
  const light = document.getElementById('connection');
  if (!light) return;
  light.hidden = false;
  light.className = on ? 'on' : '';
  light.title = on ? 'Live: changes made elsewhere show at once' : 'Not connected: reload to see changes';
}

/** A slider and its number are one; buttons that need scripts are there. */
function enhance() {
  for (const slider of document.querySelectorAll('.slide input[type=range]')) slider.hidden = false;
  for (const button of document.querySelectorAll('[data-copy]')) button.hidden = !navigator.clipboard;
  for (const button of document.querySelectorAll('[data-share]')) button.hidden = !navigator.share;
  for (const element of document.querySelectorAll('[data-chart]')) draw(element);
  connected();
  const url = new URL(location.href);
  if (!url.searchParams.has('done')) return;
  url.searchParams.delete('done');
  url.searchParams.delete('of');
  history.replaceState(history.state, '', url);
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
/** Decisions a minute, a line for each variant in its colour. */
function draw(element) {
  if (element.drawn === element.dataset.chart) return;
  element.drawn = element.dataset.chart;
  element.replaceChildren();
  const { at, variants } = JSON.parse(element.dataset.chart);
  const style = getComputedStyle(document.body);
  const axis = { stroke: style.getPropertyValue('color'), grid: { stroke: '#8884', width: 1 }, ticks: { show: false } };
  const series = Object.keys(variants).map((label, index) => {
    const swatch = document.querySelector(`.swatch.v${index % 6}`);
    return { label, stroke: getComputedStyle(swatch).backgroundColor, width: 2, points: { show: false } };
  });
  const options = {
    width: element.clientWidth,
    height: element.clientHeight,
    series: [{}, ...series],
    axes: [
      { ...axis, size: 28, values: (_, times) => times.map((time) => clock.format(time * 1000)) },
      { ...axis, size: 44 },
    ],
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most)] } },
    legend: { show: false },
    cursor: { show: false },
  };
  new uPlot(options, [at.map((time) => time / 1000), ...Object.values(variants)], element);
}

document.addEventListener('input', ({ target }) => {
  const form = target.closest?.('.slide');
  if (!form) return;
  const [slider, number] = [form.querySelector('[type=range]'), form.elements.percent];
  if (target === slider) number.value = slider.value;
  if (target === number) slider.value = number.value;
});
document.addEventListener('click', async ({ target }) => {
  const { copy, share } = target.dataset ?? {};
  if (copy !== undefined) {
    await navigator.clipboard.writeText(copy);
    target.textContent = 'Copied';
  }
  if (share !== undefined) navigator.share({ url: share }).catch(() => {});
});
/* The second click of a double one falls on what the first has put there. */
document.addEventListener('click', (event) => {
  if (event.detail > 1 && event.target.closest?.('form[method=post] button')) event.preventDefault();
});
document.addEventListener('focusin', ({ target }) => {
  if (target.matches('[data-select]')) target.select();
});
/* What was typed is gone once it is done; what was refused is still there. */
document.addEventListener('htmx:after:request', ({ target, detail }) => {
  if (target.matches?.('form[method=post]') && detail.ctx.response.status < 400) target.reset();
});
/* What a form was answered stays until the next form: a change made elsewhere does not take it away. */
document.addEventListener('htmx:before:swap', ({ detail }) => {
  const answered = detail.ctx.sourceElement.matches('form[method=post]');
  document.querySelector('main > [role=status]').toggleAttribute('hx-morph-skip', !answered);
});
document.addEventListener('htmx:after:swap', ({ detail }) => {
  enhance();
  const answered = detail.ctx.sourceElement.matches('form[method=post]');
  if (answered) document.querySelector('.notice.refused')?.scrollIntoView({ block: 'nearest' });
});
document.addEventListener('visibilitychange', () => {
  listen();
  if (!document.hidden) refresh();
});
window.addEventListener('resize', () => {
  for (const element of document.querySelectorAll('[data-chart]')) {
    element.drawn = undefined;
    draw(element);
  }
});
enhance();
listen();
document.querySelector('header nav [aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' });

// A moving plot, with its newest figures as text for those who cannot see it.
import { html, useEffect, useRef } from './ui.js';

const colours = ['#2563eb', '#c2410c', '#15803d', '#a21caf', '#b45309', '#0e7490', '#be123c', '#4d7c0f'];
const span = 300;   // seconds
const text = () => getComputedStyle(document.body).color;

export function Plot({ title, times, series }) {
  const element = useRef(), plot = useRef(null);
  const names = Object.keys(series);
  const shape = names.join('\n');
  useEffect(() => {
    const axis = { stroke: text, grid: { stroke: '#8884' }, ticks: { stroke: '#8884' } };
    const width = () => Math.max(200, element.current.clientWidth);
    plot.current = new window.uPlot({
      width: width(), height: 170, cursor: { y: false }, legend: { show: names.length > 1 },
      axes: [axis, { ...axis, size: 55 }], scales: { x: { range: (_, low, high) => [Math.min(low, high - span), high] }, y: { range: (_, low, high) => [0, Math.max(1, high * 1.1)] } },
      series: [{}, ...names.map((name, at) => ({ label: name, stroke: colours[at % colours.length], width: 2, points: { show: false } }))],
    }, [times, ...names.map(name => series[name])], element.current);
    const resized = new ResizeObserver(() => plot.current.setSize({ width: width(), height: 170 }));
    resized.observe(element.current);
    return () => { resized.disconnect(); plot.current.destroy(); };
  }, [shape]);
  useEffect(() => { plot.current?.setData([times, ...names.map(name => series[name])]); }, [times]);
  const newest = names.map(name => `${names.length > 1 ? `${name} ` : ''}${Math.round((series[name].at(-1) ?? 0) * 10) / 10}`).join(', ');
  return html`<section class="card" aria-label=${title}><h2>${title}</h2><p class="figure">${newest}</p><div class="plot" aria-hidden="true" ref=${element}></div></section>`;
}

import { GROUND, LIP, MIDDLE, radiusAt, shade } from './pen';
import type { Pot } from './pot';

/** A handle, from its upper to its lower end. */
export function handle({ handle, profile, colour }: Pot, id: string): string {
  const { from, to, reach } = handle!;
  const side = (height: number) => MIDDLE + radiusAt(profile, height) - 5;
  const far = MIDDLE + Math.max(radiusAt(profile, from), radiusAt(profile, to)) + reach;
  const path = `M${side(from)} ${GROUND - from}C${far} ${GROUND - from - 8} ${far} ${GROUND - to - 4} ${side(to)} ${GROUND - to}`;
  return `<g fill="none" stroke-linecap="round"><path d="${path}" stroke="${shade(colour, -0.42)}" stroke-width="13"/>
<path d="${path}" stroke="url(#${id}-glaze)" stroke-width="10"/><path d="${path}" stroke="#fff" stroke-opacity=".16" stroke-width="3"/></g>`;
}

/** The spout of a teapot. */
export function tube(id: string): string {
  return `<path d="M${MIDDLE - 46} ${GROUND - 26}C${MIDDLE - 78} ${GROUND - 28} ${MIDDLE - 76} ${GROUND - 66} ${MIDDLE - 98} ${GROUND - 82}L${MIDDLE - 84} ${GROUND - 89}C${MIDDLE - 66} ${GROUND - 78} ${MIDDLE - 62} ${GROUND - 62} ${MIDDLE - 44} ${GROUND - 60}Z" fill="url(#${id}-glaze)"/>`;
}

/** The rim of a jug, drawn out to a pulled lip at `tip`: what is inside it, and its edge. */
export function lip(rim: number, radius: number, { colour, tilt }: Pot, id: string): string {
  const edge = (inset: number) => {
    const [across, deep] = [radius - inset * 1.8, radius * tilt - inset];
    const tip = [MIDDLE - radius - LIP + inset * 3, rim - 5 + inset * 0.3].join(' ');
    const [far, near] = [rim - deep, rim + deep];
    return `M${tip}C${MIDDLE - across * 0.8} ${rim - 5} ${MIDDLE - across * 0.6} ${far} ${MIDDLE} ${far}A${across} ${deep} 0 0 1 ${MIDDLE} ${near}C${MIDDLE - across * 0.7} ${near} ${MIDDLE - across} ${rim + 1} ${tip}Z`;
  };
  return `<path d="${edge(0)}" fill="${shade(colour, 0.26)}"/><path d="${edge(1.6)}" fill="url(#${id}-inside)"/>`;
}

/** A domed lid with a knob. */
export function lid({ colour }: Pot, height: number, rim: number, radius: number, id: string): string {
  const [wide, top] = [radius - 1, rim - height];
  return `<path d="M${MIDDLE - wide} ${rim}C${MIDDLE - wide} ${top + 4} ${MIDDLE - 18} ${top} ${MIDDLE} ${top}S${MIDDLE + wide} ${top + 4} ${MIDDLE + wide} ${rim}A${wide} ${wide * 0.19} 0 0 1 ${MIDDLE - wide} ${rim}Z" fill="url(#${id}-glaze)"/>
<path d="M${MIDDLE - wide} ${rim}A${wide} ${wide * 0.19} 0 0 0 ${MIDDLE + wide} ${rim}" fill="none" stroke="${shade(colour, -0.5)}" stroke-width="1.6"/>
<ellipse cx="${MIDDLE}" cy="${top - 7}" rx="10.5" ry="8.5" fill="url(#${id}-glaze)"/><ellipse cx="${MIDDLE - 3}" cy="${top - 10}" rx="3.4" ry="2.2" fill="#fff" opacity=".3"/>`;
}

/** Dried reed, each stem leaning and as tall as it grew. */
export function reed(rim: number): string {
  const stems = [
    { lean: -24, tall: 50 },
    { lean: -7, tall: 66 },
    { lean: 12, tall: 58 },
    { lean: 28, tall: 40 },
  ].map(({ lean, tall }) => {
    const [x, y] = [MIDDLE + lean, rim - tall + 18];
    return `<path d="M${MIDDLE + lean * 0.12} ${rim + 2}Q${MIDDLE + lean * 0.3} ${rim - 26} ${x} ${y}" stroke-width="1.5" fill="none"/><ellipse cx="${x}" cy="${y - 7}" rx="3" ry="10.5" transform="rotate(${lean * 0.55} ${x} ${y})" stroke="none" fill="#7d5a3c"/>`;
  });
  return `<g stroke="#8d7a4c">${stems.join('')}</g>`;
}

/** A plant in its earth. */
export function leaves(rim: number, radius: number, random: () => number): string {
  const fan = [-62, -44, -26, -9, 10, 28, 45, 60].map((angle, index) => {
    const long = 62 + random() * 22 - Math.abs(angle) * 0.25;
    const x = MIDDLE + (angle / 62) * radius * 0.42;
    return `<path d="M${x} ${rim + 4}c-13 ${-long * 0.4} -8 ${-long * 0.8} 0 ${-long}c8 ${long * 0.2} 13 ${long * 0.6} 0 ${long}Z" transform="rotate(${angle * 0.75} ${x} ${rim})" fill="${['#5d7a56', '#6f8c62', '#4c6a4e'][index % 3]}"/>`;
  });
  return `<ellipse cx="${MIDDLE}" cy="${rim + 2}" rx="${radius - 6}" ry="${radius * 0.15}" fill="#3a2a20"/>${fan.join('')}`;
}

import { GROUND, MIDDLE, round, smooth, type Point } from './pen';
import type { Pot } from './pot';

/** Glaze from the top down to a line that ran a little while it was wet. */
export function dipLine(end: number, widest: number, random: () => number): string {
  const edge = Array.from({ length: 7 }, (_, index): Point => {
    const x = MIDDLE + widest + 8 - (index * (widest * 2 + 16)) / 6;
    return [x, end + (random() - 0.35) * 7 + (1 - ((x - MIDDLE) / widest) ** 2) * 5];
  });
  return `M${MIDDLE - widest - 8} 0H${MIDDLE + widest + 8}L${edge[0]!.map(round).join(' ')}${smooth(edge)}Z`;
}

/** The rings that fingers leave while throwing. */
export function ridges({ profile, tilt }: Pot, random: () => number): string {
  const height = profile.at(-1)![0];
  const rings = Array.from({ length: Math.round(height / 9) }, (_, index) => {
    const y = round(GROUND - height + 8 + index * 9 + random() * 4);
    return `<path d="M${MIDDLE - 100} ${y}Q${MIDDLE} ${y + 200 * tilt * 0.22} ${MIDDLE + 100} ${y}"/>`;
  });
  return `<g fill="none" stroke="#000" stroke-opacity=".07" stroke-width="1.4">${rings.join('')}</g>`;
}

/** Iron in the clay that melts through the glaze. */
export function speckles({ profile }: Pot, rim: number, glazeEnd: number, random: () => number): string {
  const widest = Math.max(...profile.map(([, r]) => r));
  const dots = Array.from({ length: 46 }, () => {
    const x = round(MIDDLE + (random() * 2 - 1) * widest);
    const y = round(rim + random() * (glazeEnd - rim));
    return `<circle cx="${x}" cy="${y}" r="${round(0.4 + random() ** 3 * 1.3)}"/>`;
  });
  return `<g fill="#2b1d14" opacity=".38">${dots.join('')}</g>`;
}

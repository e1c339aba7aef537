export type Point = readonly [x: number, y: number];

/** Where a pot stands in its drawing. */
export const MIDDLE = 120;
export const GROUND = 200;
/** How far the lip of a jug is pulled out. */
export const LIP = 15;

/** A Catmull-Rom spline through the points, as Bézier curves. */
export function smooth(points: readonly Point[]): string {
  const at = (index: number) => points[Math.max(0, Math.min(points.length - 1, index))]!;
  const curves = points.slice(1).map(([x, y], index) => {
    const [before, from, after] = [at(index - 1), at(index), at(index + 2)];
    const c1 = [from[0] + (x - before[0]) / 6, from[1] + (y - before[1]) / 6];
    const c2 = [x - (after[0] - from[0]) / 6, y - (after[1] - from[1]) / 6];
    return `C${[...c1, ...c2, x, y].map(round).join(' ')}`;
  });
  return curves.join('');
}

/** The stops of a gradient. */
export function stops(...colours: readonly (readonly [offset: number, colour: string])[]): string {
  return colours.map(([offset, colour]) => `<stop offset="${offset}" stop-color="${colour}"/>`).join('');
}

/** `#rrggbb`, lighter (towards 1) or darker (towards -1). */
export function shade(colour: string, by: number): string {
  const target = by > 0 ? 255 : 20;
  const mixed = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16);
    return Math.round(value + (target - value) * Math.abs(by));
  });
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** To a tenth, so that drawings stay small. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Numbers from 0 to 1 that are the same for the same seed: each pot keeps its speckles. */
export function seeded(seed: string): () => number {
  let state = [...seed].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) >>> 0, 7);
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The radius of a profile at a height, on a straight line between its points. */
export function radiusAt(profile: readonly (readonly [height: number, radius: number])[], height: number): number {
  const above = profile.findIndex(([at]) => at >= height);
  const [[low, a], [high, b]] = [profile[above - 1]!, profile[above]!];
  return a + ((b - a) * (height - low)) / (high - low);
}

import { handle, leaves, lid, lip, reed, tube } from './parts';
import { GROUND, LIP, MIDDLE, radiusAt, round, seeded, shade, smooth, stops, type Point } from './pen';
import { dipLine, ridges, speckles } from './surface';

/** How a pot is thrown and glazed. Heights and radii are in units of the drawing, which is 240 wide and high. */
export interface Pot {
  /** [height, radius] from the foot to the rim. */
  readonly profile: readonly (readonly [height: number, radius: number])[];
  /** How far we look into it from above: 0 is from the side. */
  readonly tilt: number;
  readonly colour: string;
  readonly clay: string;
  /** How much of the height is glazed, from the rim down. */
  readonly dip: number;
  readonly handle?: { readonly from: number; readonly to: number; readonly reach: number };
  readonly spout?: 'lip' | 'tube';
  /** The height of its lid. */
  readonly lid?: number;
  /** The flat part of a plate, as a share of its radius. */
  readonly well?: number;
  readonly stems?: 'reed' | 'leaves';
}

/** The inside of an SVG of 240 × 240: one pot on its shadow. Ids in it start with `id`, which no other drawing on the page may have. */
export function drawPot(pot: Pot, id: string): string {
  const random = seeded(JSON.stringify(pot));
  const [, footRadius] = pot.profile[0]!;
  const [height, radius] = pot.profile.at(-1)!;
  const rim = GROUND - height;
  const widest = Math.max(...pot.profile.map(([, r]) => r));
  const body = outline(pot);
  const glazeEnd = rim + height * pot.dip;

  return `<defs>
<linearGradient id="${id}-glaze">${stops([0, shade(pot.colour, -0.34)], [0.28, shade(pot.colour, 0.16)], [0.55, pot.colour], [1, shade(pot.colour, -0.42)])}</linearGradient>
<linearGradient id="${id}-clay">${stops([0, shade(pot.clay, -0.36)], [0.3, shade(pot.clay, 0.1)], [0.6, pot.clay], [1, shade(pot.clay, -0.46)])}</linearGradient>
<linearGradient id="${id}-inside" x2="0.35" y2="1">${inside(pot)}</linearGradient>
<radialGradient id="${id}-shadow"><stop stop-opacity=".42"/><stop offset=".6" stop-opacity=".16"/><stop offset="1" stop-opacity="0"/></radialGradient>
<radialGradient id="${id}-light"><stop stop-color="#fff" stop-opacity=".3"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>
<clipPath id="${id}-body"><path d="${body}"/></clipPath>
</defs>
<ellipse cx="${MIDDLE + 10}" cy="${GROUND + 3}" rx="${widest * 1.22}" ry="${10 + footRadius * 0.16}" fill="url(#${id}-shadow)"/>
${pot.handle ? handle(pot, id) : ''}${pot.spout === 'tube' ? tube(id) : ''}
<path d="${body}" fill="url(#${id}-clay)"/>
<g clip-path="url(#${id}-body)">
<path d="${dipLine(glazeEnd, widest, random)}" fill="url(#${id}-glaze)"/>
${ridges(pot, random)}
${speckles(pot, rim, glazeEnd, random)}
<ellipse cx="${MIDDLE - widest * 0.48}" cy="${rim + height * 0.42}" rx="${widest * 0.2}" ry="${height * 0.36}" fill="url(#${id}-light)"/>
</g>
${pot.spout === 'lip' ? lip(rim, radius, pot, id) : opening(rim, radius, pot, id)}
${pot.stems === 'reed' ? reed(rim) : ''}${pot.stems === 'leaves' ? leaves(rim, radius, random) : ''}${pot.lid ? lid(pot, pot.lid, rim, radius, id) : ''}`;
}

/** The silhouette: a smooth line up the left side, over the rim, down the right and around the foot. */
function outline({ profile, tilt, spout }: Pot): string {
  const left = (spout === 'lip' ? pulled(profile) : profile).map(([h, r]): Point => [MIDDLE - r, GROUND - h]);
  const right = profile.map(([height, radius]): Point => [MIDDLE + radius, GROUND - height]).reverse();
  const [x, y] = left[0]!;
  const foot = profile[0]![1];
  return `M${x} ${y}${smooth(left)}L${right[0]!.join(' ')}${smooth(right)}A${foot} ${foot * tilt * 0.8} 0 0 1 ${x} ${y}Z`;
}

/** The side of a jug under its lip. */
function pulled(profile: Pot['profile']): Pot['profile'] {
  const [height, radius] = profile.at(-1)!;
  const neck = height - 24;
  return [...profile.filter(([h]) => h < neck), [neck, radiusAt(profile, neck)], [height + 5, radius + LIP]];
}

/** The rim seen from above, and through it the inside. */
function opening(rim: number, radius: number, { colour, tilt, well }: Pot, id: string): string {
  const ellipse = (y: number, r: number, attributes: string, inset = 0) =>
    `<ellipse cx="${MIDDLE}" cy="${y}" rx="${r}" ry="${round(r * tilt - inset)}" ${attributes}/>`;
  const flat =
    well && ellipse(rim + 4, radius * well, `fill="${shade(colour, 0.1)}" stroke="#000" stroke-opacity=".14"`);
  return `${ellipse(rim, radius, `fill="${shade(colour, 0.26)}"`)}${ellipse(rim + 0.6, radius - 3, `fill="url(#${id}-inside)"`, 1)}${flat ?? ''}`;
}

/** Shallow forms show their glazed inside, deep ones their dark. */
function inside({ colour, tilt }: Pot): string {
  return tilt > 0.25
    ? stops([0, shade(colour, -0.26)], [0.5, shade(colour, 0.02)], [1, shade(colour, 0.3)])
    : stops([0, shade(colour, -0.7)], [1, shade(colour, -0.38)]);
}

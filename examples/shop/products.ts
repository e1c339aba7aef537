import type { Pot } from './drawing/pot';

/** Something to buy: what is said about it, and how it is thrown, from which its picture is drawn. */
export interface Product {
  readonly slug: string;
  readonly name: string;
  readonly kind: string;
  readonly pence: number;
  /** One line, for cards that tell a story. */
  readonly line: string;
  readonly story: string;
  readonly glaze: string;
  readonly size: string;
  readonly holds: string;
  readonly pot: Pot;
}

export const products: readonly Product[] = [
  {
    slug: 'estuary-mug',
    name: 'Estuary mug',
    kind: 'Mug',
    pence: 2800,
    line: 'The one that everybody in the house fights over.',
    story:
      'A straight wall, a rim thin enough for tea and a handle for all four fingers. The glaze breaks blue over the ridges and brown at the lip, in a different place on each one. It is the first pot we ever sold, and still the one we make most.',
    glaze: 'Tide, over buff clay',
    size: '9 cm tall, 8.5 cm across',
    holds: '350 ml',
    pot: {
      profile: [[0, 39], [6, 45], [30, 49], [70, 48], [104, 47], [112, 48]], // prettier-ignore
      tilt: 0.17,
      colour: '#6d95a3',
      clay: '#b98d69',
      dip: 0.8,
      handle: { from: 92, to: 28, reach: 42 },
    },
  },
  {
    slug: 'sandbar-bowl',
    name: 'Sandbar bowl',
    kind: 'Serving bowl',
    pence: 4600,
    line: 'Wide and low, like the water going out.',
    story:
      'A salad for four, or a heap of clementines that looks after itself. The inside is glazed in oyster white and pooled in the middle, where it crazes as it cools; you can hear it ring in the studio on the morning after a firing.',
    glaze: 'Oyster, over red clay',
    size: '8 cm tall, 27 cm across',
    holds: '1.9 litres',
    pot: {
      profile: [[0, 32], [8, 34], [24, 64], [46, 86], [60, 93]], // prettier-ignore
      tilt: 0.3,
      colour: '#e3d9c6',
      clay: '#9c6347',
      dip: 0.62,
    },
  },
  {
    slug: 'reed-vase',
    name: 'Reed vase',
    kind: 'Vase',
    pence: 6800,
    line: 'A long neck, for the two stems you picked on the way home.',
    story:
      'Thrown in two parts and joined at the shoulder while both are still soft. The neck holds a few stems upright without asking for a bouquet: dried reed in winter, sea lavender in August, one branch of anything in between.',
    glaze: 'Samphire, over buff clay',
    size: '31 cm tall, 16 cm across',
    holds: 'Water to the shoulder, 700 ml',
    pot: {
      profile: [[0, 30], [8, 36], [30, 50], [54, 47], [76, 28], [92, 16], [110, 14], [120, 19]], // prettier-ignore
      tilt: 0.2,
      colour: '#8b9c72',
      clay: '#b98d69',
      dip: 0.74,
      stems: 'reed',
    },
  },
  {
    slug: 'tide-jug',
    name: 'Tide jug',
    kind: 'Jug',
    pence: 5400,
    line: 'Pours without a drip. We checked, for about six years.',
    story:
      'The lip is pulled with one wet finger, right after throwing, and that one movement decides how it pours. Big enough for water at a long table, and handsome enough to stay there with flowers in it afterwards.',
    glaze: 'Dusk, over buff clay',
    size: '21 cm tall, 13 cm across',
    holds: '1.2 litres',
    pot: {
      profile: [[0, 40], [8, 47], [36, 57], [74, 51], [104, 38], [126, 36], [138, 41]], // prettier-ignore
      tilt: 0.2,
      colour: '#42566a',
      clay: '#c09672',
      dip: 0.7,
      handle: { from: 122, to: 46, reach: 44 },
      spout: 'lip',
    },
  },
  {
    slug: 'pebble-cup',
    name: 'Pebble cup',
    kind: 'Espresso cup',
    pence: 1800,
    line: 'A cup without a handle, warm in the palm.',
    story:
      'For espresso, for an egg, for the last of the whisky. We throw them off the hump, thirty from one piece of clay, and no two come out the same: pick one up and you will know whether it is yours.',
    glaze: 'Thrift, over pale clay',
    size: '6 cm tall, 7 cm across',
    holds: '90 ml',
    pot: {
      profile: [[0, 34], [5, 41], [24, 50], [48, 52], [70, 50], [76, 51]], // prettier-ignore
      tilt: 0.21,
      colour: '#d49d8b',
      clay: '#dcc7a8',
      dip: 0.72,
    },
  },
  {
    slug: 'slack-plate',
    name: 'Slack water plate',
    kind: 'Dinner plate',
    pence: 3600,
    line: 'Flat calm in the middle, with a small rise at the edge.',
    story:
      'Slack water is the half hour when the tide neither comes nor goes. The plate is as quiet: a broad flat well for food, and a rim just high enough for the sauce. It stacks without wobbling, and goes through the dishwasher of any restaurant.',
    glaze: 'Marram, over red clay',
    size: '27 cm across',
    holds: 'Dinner',
    pot: {
      profile: [[0, 56], [5, 60], [13, 88], [21, 100]], // prettier-ignore
      tilt: 0.4,
      colour: '#d0b071',
      clay: '#96593f',
      dip: 0.5,
      well: 0.66,
    },
  },
  {
    slug: 'larder-jar',
    name: 'Larder jar',
    kind: 'Lidded jar',
    pence: 5800,
    line: 'Keeps salt dry by the sea, which is saying something.',
    story:
      'The lid sits in a gallery that is thrown with the jar and fits no other. Coffee, flour, salt or the biscuits that are meant for visitors. Left bare outside below the shoulder, so that it never slips in a floury hand.',
    glaze: 'Peat, over pale clay',
    size: '19 cm tall, 14 cm across',
    holds: '1.4 litres',
    pot: {
      profile: [[0, 44], [6, 51], [36, 60], [76, 59], [98, 48], [104, 46]], // prettier-ignore
      tilt: 0.18,
      colour: '#57443a',
      clay: '#d8bf9d',
      dip: 0.42,
      lid: 26,
    },
  },
  {
    slug: 'harbour-teapot',
    name: 'Harbour teapot',
    kind: 'Teapot',
    pence: 9400,
    line: 'Four parts, one afternoon, three cups.',
    story:
      'Body, lid, spout and handle are thrown apart and have to dry at the same pace, which is why we make only twelve in each firing. There is a strainer inside the spout, and the lid stays on when you pour the last cup.',
    glaze: 'Tide, over pale clay',
    size: '15 cm tall, 24 cm with spout and handle',
    holds: '800 ml',
    pot: {
      profile: [[0, 38], [6, 45], [28, 62], [52, 62], [76, 44], [84, 36]], // prettier-ignore
      tilt: 0.2,
      colour: '#5f8a8f',
      clay: '#dcc7a8',
      dip: 0.78,
      handle: { from: 72, to: 20, reach: 40 },
      spout: 'tube',
      lid: 20,
    },
  },
  {
    slug: 'saltings-planter',
    name: 'Saltings planter',
    kind: 'Planter',
    pence: 4200,
    line: 'For whatever survives on your windowsill.',
    story:
      'Unglazed on the outside so that the clay can breathe, with a white slip brushed around it that stops where the brush ran out. A hole in the bottom, and a saucer that is sold with it and not separately, because we are not monsters.',
    glaze: 'White slip, on red clay',
    size: '16 cm tall, 18 cm across',
    holds: 'One plant in a 15 cm pot',
    pot: {
      profile: [[0, 40], [4, 44], [40, 53], [84, 60], [96, 64], [104, 64]], // prettier-ignore
      tilt: 0.19,
      colour: '#efe6d6',
      clay: '#b06f4e',
      dip: 0.46,
      stems: 'leaves',
    },
  },
];

export function findProduct(slug: unknown): Product | undefined {
  return products.find((product) => product.slug === slug);
}

/** The hall: six rows towards the stage, with an aisle in the middle. */
export interface Seat {
  readonly id: string;
  readonly row: string;
  readonly number: number;
  readonly price: number;
  readonly taken: boolean;
}

const PRICES = { A: 48, B: 48, C: 36, D: 36, E: 24, F: 24 };
const TAKEN = new Set(['A4', 'A5', 'B3', 'B4', 'B5', 'B6', 'C2', 'C7', 'C8', 'D5', 'E1', 'E10', 'F6']);

export const rows = Object.keys(PRICES) as readonly (keyof typeof PRICES)[];

export const seats: readonly Seat[] = rows.flatMap((row) =>
  Array.from({ length: 10 }, (_, index) => {
    const id = `${row}${index + 1}`;
    return { id, row, number: index + 1, price: PRICES[row], taken: TAKEN.has(id) };
  }),
);

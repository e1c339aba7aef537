import { codeDoesTheSame, templatesPrintTheSame } from '../support/random-code';

jest.setTimeout(30 * 60_000);

test.each([7, 8, 9])('random code around checks does the same without them (seed %i)', (seed) =>
  codeDoesTheSame(1000, seed),
);

test.each([7, 8, 9])('random templates print the same without them (seed %i)', (seed) =>
  templatesPrintTheSame(5000, seed),
);

import { codeDoesTheSame, templatesPrintTheSame } from '../support/random-code';

test('random code around checks does the same without them', () => codeDoesTheSame(100, 6));

test('random templates print the same without them', () => templatesPrintTheSame(300, 6));

import { Failure, exitCodes } from '../failure';

/** @throws Failure where ts-morph, which reads and checks the code, is not installed */
export function needTypeScript(): void {
  try {
    require.resolve('ts-morph');
  } catch {
    throw new Failure('this reads code with ts-morph, which is not installed: npm i -D ts-morph', exitCodes.use);
  }
}

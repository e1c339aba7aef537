export { allCombinations, eachVariant } from './each-variant';
export { overrideCookie, type TestCookie } from './override-cookie';
export { testGatekeeper } from './test-gatekeeper';

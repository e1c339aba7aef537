export { GatekeeperProvider, type ProviderOptions } from './provider';

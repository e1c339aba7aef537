import type { Context, Source } from '../context';

/** Who is asking, outside a request: what `engine.for` was given. */
export class GivenSource implements Source {
  constructor(private readonly given: Partial<Context>) {}

  get request() {
    return this.given.request;
  }
  get app() {
    return this.given.app;
  }
  get now() {
    return this.given.now;
  }
  user() {
    return this.given.user;
  }
  groups() {
    return this.given.groups;
  }
  visitor() {
    return this.given.visitor;
  }
}

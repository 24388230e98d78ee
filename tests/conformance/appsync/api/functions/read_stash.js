export function request(ctx) {
  return { payload: ctx.stash };
}

export function response(ctx) {
  return ctx.result;
}

// The value that a case wants to be resolved.
export function request(ctx) {
  return { payload: ctx.args.json };
}

export function response(ctx) {
  return ctx.result;
}

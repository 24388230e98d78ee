export function request(ctx) {
  return { payload: ctx.args.missing.deeper };
}

export function response(ctx) {
  return ctx.result;
}

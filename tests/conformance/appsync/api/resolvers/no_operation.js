export function request(ctx) {
  return { payload: {} };
}

export function response(ctx) {
  return ctx.result;
}

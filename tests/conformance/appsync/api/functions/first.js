export function request(ctx) {
  return { payload: [...ctx.prev.result, 'first'] };
}

export function response(ctx) {
  return ctx.result;
}

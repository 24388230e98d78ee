export function request(ctx) {
  return { payload: 'me' };
}

export function response(ctx) {
  return ctx.result;
}

export function request(ctx) {
  return { payload: null };
}

export function response(ctx) {
  return JSON.parse(JSON.stringify(ctx.info));
}

export function request(ctx) {
  return ['before'];
}

export function response(ctx) {
  return { result: ctx.result, prev: ctx.prev.result, after: true };
}

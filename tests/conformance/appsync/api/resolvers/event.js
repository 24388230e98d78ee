export function request(ctx) {
  return { operation: 'Invoke', invocationType: 'Event', payload: { arguments: ctx.args } };
}

export function response(ctx) {
  return { result: ctx.result ?? 'none' };
}

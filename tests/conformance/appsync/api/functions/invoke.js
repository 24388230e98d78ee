export function request(ctx) {
  return { operation: 'Invoke', payload: { arguments: { do: 'echo', text: 'piped' } } };
}

export function response(ctx) {
  return ctx.result;
}

export function request(ctx) {
  return { operation: 'Invoke', payload: { arguments: ctx.args } };
}

export function response(ctx) {
  return { error: ctx.error ? { message: ctx.error.message, type: ctx.error.type } : null };
}

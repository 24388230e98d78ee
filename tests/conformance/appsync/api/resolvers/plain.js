export function request(ctx) {
  return { payload: ctx.info.fieldName };
}

export function response(ctx) {
  return ctx.result;
}

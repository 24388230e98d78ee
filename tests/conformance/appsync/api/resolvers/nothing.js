export function request(ctx) {
  return { payload: 'something' };
}

export function response(ctx) {}

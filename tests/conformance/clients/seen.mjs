/** An error as JSON; its own name and message would be left out of it. */
export function seen(error) {
  return { name: error.name, message: error.message, cause: error.cause, ...error }
}

// The API of every peer that has no AppSync of its own: the same item, mutation and subscription.
export const FIELDS = ['id', 'key', 'payload', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7']
const shape = FIELDS.map((name) => `${name}: ${name === 'id' ? 'ID!' : 'String'}`).join(', ')

export const SDL = `
  type Item { ${shape} }
  type Query { ping: String }
  type Mutation { add(${shape}): Item }
  type Subscription { onAdd(key: String): Item }
`

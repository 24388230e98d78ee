// mercurius on fastify, with its own WebSocket subscriptions. `node mercurius.mjs PORT`
import './loopback.mjs'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { SDL } from './item.mjs'

const { withFilter } = mercurius
const app = Fastify({ bodyLimit: 10 * 1024 * 1024 })
app.register(mercurius, {
  schema: SDL,
  jit: 1,
  subscription: { fullWsTransport: false },
  resolvers: {
    Query: { ping: () => 'pong' },
    Mutation: {
      add: async (_, item, { pubsub }) => {
        await pubsub.publish({ topic: 'added', payload: { onAdd: item } })
        return item
      },
    },
    Subscription: {
      onAdd: {
        subscribe: withFilter(
          (_, __, { pubsub }) => pubsub.subscribe('added'),
          ({ onAdd }, { key }) => key === undefined || onAdd.key === key,
        ),
      },
    },
  },
})
await app.listen({ port: Number(process.argv[2]) })

// graphql-yoga with graphql-ws. `node yoga.mjs PORT`
import './loopback.mjs'
import { createServer } from 'node:http'
import { useServer } from 'graphql-ws/use/ws'
import { createPubSub, createSchema, createYoga, filter, pipe } from 'graphql-yoga'
import { WebSocketServer } from 'ws'
import { SDL } from './item.mjs'

const events = createPubSub()
const schema = createSchema({
  typeDefs: SDL,
  resolvers: {
    Query: { ping: () => 'pong' },
    Mutation: {
      add: (_, item) => {
        events.publish('added', item)
        return item
      },
    },
    Subscription: {
      onAdd: {
        subscribe: (_, { key }) =>
          pipe(
            events.subscribe('added'),
            filter((item) => key === undefined || item.key === key),
          ),
        resolve: (item) => item,
      },
    },
  },
})
const yoga = createYoga({ schema, logging: false })
const server = createServer(yoga)
useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }))
server.listen(Number(process.argv[2]))

// Imported first by every peer: whatever it listens on, it listens on this machine only.
import { Server } from 'node:net'

const { listen } = Server.prototype
Server.prototype.listen = function (port, ...more) {
  const done = more.find((one) => typeof one === 'function')
  const given = typeof port === 'object' && port !== null ? port.port : port
  return listen.call(this, { port: given, host: '127.0.0.1' }, done)
}

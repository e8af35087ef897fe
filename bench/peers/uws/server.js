// Everybody gets what anybody says, by uWebSockets' own publish and subscribe.
const uws = require('uwebsockets');

const app = uws.App();
app.ws('/ws', {
  compression: uws.DISABLED,
  idleTimeout: 0,
  // Far above what the load ever has on its way: at its default of 64 KiB it drops lines instead of delivering them.
  maxBackpressure: 64 * 1024 * 1024,
  upgrade: (response, request, context) => {
    response.upgrade(
      { name: request.getQuery('name') },
      request.getHeader('sec-websocket-key'),
      request.getHeader('sec-websocket-protocol'),
      request.getHeader('sec-websocket-extensions'),
      context);
  },
  open: socket => { socket.subscribe('room'); },
  message: (socket, text) => {
    app.publish('room', Buffer.concat([Buffer.from(`${socket.getUserData().name}: `), Buffer.from(text)]), false);
  },
});

app.listen('127.0.0.1', Number(process.argv[2]), listening => {
  if (!listening) process.exit(1);
});

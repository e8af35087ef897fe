// Everybody gets what anybody says: one send to each client, as ws's users write it.
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({
  host: '127.0.0.1', port: Number(process.argv[2]), path: '/ws', perMessageDeflate: false, clientTracking: true,
});

server.on('connection', (socket, request) => {
  const name = new URL(request.url, 'ws://localhost').searchParams.get('name');
  socket.on('error', () => {});
  socket.on('message', text => {
    const line = Buffer.concat([Buffer.from(`${name}: `), text]);
    for (const each of server.clients) {
      if (each.readyState === each.OPEN) each.send(line, { binary: false });
    }
  });
});

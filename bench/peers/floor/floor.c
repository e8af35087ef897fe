/* The floor: for each line that comes, one bare send() to each member, and nothing else. No other server that makes one
   system call per delivery can cost less; what it costs is what the kernel costs. */
#define _GNU_SOURCE
#include "../websocket.h"
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>

enum { MOST = 20000, INPUT = 8192 };

struct member { int is_open, have, place; char name[64]; uint8_t in[INPUT]; };

static struct member *by_socket[MOST + 64];
static int sockets[MOST], count;

static void drop(int s) {
  struct member *m = by_socket[s];
  if (m->is_open) {
    int last = sockets[--count];
    sockets[m->place] = last;
    by_socket[last]->place = m->place;
  }
  free(m);
  by_socket[s] = 0;
  close(s);
}

static void tell_all(const uint8_t *frame, int length) {
  for (int i = 0; i < count; i++) {
    for (int done = 0; done < length;) {
      ssize_t n = send(sockets[i], frame + done, (size_t)(length - done), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n > 0) { done += (int)n; continue; }
      if (errno != EAGAIN) break; /* It is gone; its own event says so. */
      struct pollfd full = {.fd = sockets[i], .events = POLLOUT};
      poll(&full, 1, -1);
    }
  }
}

/* Takes one whole frame off the front. Returns its length, 0 while there is none, -1 when the peer is to go. */
static int take(struct member *m, uint8_t *at, int have) {
  static uint8_t out[INPUT + 128];
  if (have < 6) return 0;
  int length = at[1] & 127, header = 6;
  if (length == 126) header = 8, length = at[2] << 8 | at[3];
  else if (length == 127) return -1;
  if (header + length > INPUT) return -1;
  if (have < header + length) return 0;
  if ((at[0] & 15) == 8) return -1;
  if ((at[0] & 15) != 1) return header + length;
  int name = (int)strlen(m->name), total = name + 2 + length, start = 2;
  out[0] = 0x81;
  if (total < 126) out[1] = (uint8_t)total;
  else out[1] = 126, out[2] = (uint8_t)(total >> 8), out[3] = (uint8_t)total, start = 4;
  memcpy(out + start, m->name, (size_t)name);
  memcpy(out + start + name, ": ", 2);
  for (int i = 0; i < length; i++) out[start + name + 2 + i] = at[header + i] ^ at[header - 4 + (i & 3)];
  tell_all(out, start + total);
  return header + length;
}

static void read_from(int s) {
  struct member *m = by_socket[s];
  ssize_t n = recv(s, m->in + m->have, (size_t)(INPUT - m->have), MSG_DONTWAIT);
  if (n <= 0) {
    if (n == 0 || errno != EAGAIN) drop(s);
    return;
  }
  m->have += (int)n;
  if (!m->is_open) {
    char answer[256];
    char *end = memmem(m->in, (size_t)m->have, "\r\n\r\n", 4);
    if (!end) return;
    *end = 0;
    int length = answer_handshake((char *)m->in, answer, sizeof answer, m->name, sizeof m->name);
    if (!length || send(s, answer, (size_t)length, MSG_NOSIGNAL) != length) { drop(s); return; }
    int used = (int)((uint8_t *)end + 4 - m->in);
    memmove(m->in, m->in + used, (size_t)(m->have -= used));
    m->is_open = 1;
    m->place = count;
    sockets[count++] = s;
  }
  int used = 0, one;
  while ((one = take(m, m->in + used, m->have - used)) > 0) used += one;
  if (one < 0) { drop(s); return; }
  memmove(m->in, m->in + used, (size_t)(m->have -= used));
}

int main(int argc, char **argv) {
  int listener = listen_on(argc > 1 ? atoi(argv[1]) : 8080), poller = epoll_create1(0), on = 1;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int ready = epoll_wait(poller, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      int s = events[i].data.fd;
      if (s != listener) { read_from(s); continue; }
      while ((s = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
        if (s >= MOST || !(by_socket[s] = calloc(1, sizeof(struct member)))) { close(s); continue; }
        setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        event.data.fd = s;
        epoll_ctl(poller, EPOLL_CTL_ADD, s, &event);
      }
    }
  }
}

/* Sends lines that are due to nobody's saying them, as fast as it can: what is measured is the load generator.
   blaster PORT MEMBERS FRAMES_AT_ONCE SECONDS [FAULT]; begins when the first member says something. With a fault, one
   member gets one batch wrong: lose, repeat, swap (two lines of one publisher) or rename (one line's sender). */
#define _GNU_SOURCE
#include "../websocket.h"
#include <errno.h>
#include <poll.h>
#include <time.h>

enum { PUBLISHERS = 10, TEXT = 64, FRAME = 2 + 8 + TEXT };

static void number(uint8_t *to, uint32_t value) {
  for (int i = 0; i < 8; i++) to[i] = (uint8_t)(0x40 | (value >> (4 * i) & 15));
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void send_all(int s, const uint8_t *from, size_t length) {
  while (length) {
    ssize_t n = send(s, from, length, MSG_NOSIGNAL);
    if (n <= 0) exit(errno == EPIPE || errno == ECONNRESET ? 0 : 1);
    from += n;
    length -= (size_t)n;
  }
}

/* Sends a batch of at least 2 * PUBLISHERS frames with a fault in it. */
static void send_wrong(int s, uint8_t *batch, int at_once, const char *fault) {
  uint8_t *later = batch + PUBLISHERS * FRAME, kept[FRAME];
  size_t all = (size_t)at_once * FRAME;
  memcpy(kept, batch, FRAME);
  if (!strcmp(fault, "lose")) send_all(s, batch + FRAME, all - FRAME);
  else if (!strcmp(fault, "repeat")) send_all(s, batch, FRAME), send_all(s, batch, all);
  else if (!strcmp(fault, "rename")) batch[7] ^= 1, send_all(s, batch, all);
  else {
    memcpy(batch, later, FRAME), memcpy(later, kept, FRAME);
    send_all(s, batch, all);
    memcpy(later, batch, FRAME);
  }
  memcpy(batch, kept, FRAME);
}

int main(int argc, char **argv) {
  if (argc < 5) return 64;
  int listener = listen_on(atoi(argv[1])), members = atoi(argv[2]), at_once = atoi(argv[3]), on = 1;
  int *sockets = calloc((size_t)members, sizeof(int));
  uint8_t *batch = malloc((size_t)at_once * FRAME);
  for (int i = 0; i < members;) {
    struct pollfd waiting = {.fd = listener, .events = POLLIN};
    poll(&waiting, 1, -1);
    int s = accept4(listener, 0, 0, 0);
    if (s < 0) continue;
    char request[2048], answer[256], name[64];
    ssize_t have = 0, n;
    while (have < 2047 && (n = recv(s, request + have, (size_t)(2047 - have), 0)) > 0) {
      request[have += n] = 0;
      if (strstr(request, "\r\n\r\n")) break;
    }
    int length = answer_handshake(request, answer, sizeof answer, name, sizeof name);
    if (!length) { close(s); continue; } /* It only looked whether somebody listens. */
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    send_all(s, (uint8_t *)answer, (size_t)length);
    sockets[i++] = s;
  }
  struct pollfd first = {.fd = sockets[0], .events = POLLIN};
  poll(&first, 1, -1);
  uint32_t said = 0;
  uint64_t end = now() + (uint64_t)(atof(argv[4]) * 1e9);
  for (uint64_t time; (time = now()) < end;) {
    for (int f = 0; f < at_once; f++, said++) {
      uint8_t *frame = batch + f * FRAME;
      uint32_t publisher = said % PUBLISHERS;
      char name[16];
      frame[0] = 0x81, frame[1] = FRAME - 2;
      snprintf(name, sizeof name, "m%05d: ", (int)publisher * members / PUBLISHERS);
      memcpy(frame + 2, name, 8);
      number(frame + 10, 0xBE110000u | publisher);
      number(frame + 18, said / PUBLISHERS);
      number(frame + 26, (uint32_t)(time >> 32));
      number(frame + 34, (uint32_t)time);
      memset(frame + 42, '.', TEXT - 32);
    }
    for (int i = 0; i < members; i++) {
      if (argc > 5 && i == members / 2 && said == 10 * (uint32_t)at_once) send_wrong(sockets[i], batch, at_once, argv[5]);
      else send_all(sockets[i], batch, (size_t)at_once * FRAME);
    }
  }
  for (;;) pause();
}

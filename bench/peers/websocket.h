/* The server's side of RFC 6455, as little of it as the yardsticks need. */
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static uint32_t rotate(uint32_t x, int by) { return x << by | x >> (32 - by); }

/* SHA-1 (RFC 3174) of less than 120 bytes, which is all that a handshake has. */
static void sha1(const uint8_t *text, size_t length, uint8_t out[20]) {
  uint8_t block[128] = {0};
  size_t blocks = length < 56 ? 1 : 2;
  memcpy(block, text, length);
  block[length] = 0x80;
  uint64_t bits = (uint64_t)length * 8;
  for (int i = 0; i < 8; i++) block[blocks * 64 - 1 - i] = (uint8_t)(bits >> (8 * i));
  uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  for (size_t b = 0; b < blocks; b++) {
    uint32_t w[80];
    for (int i = 0; i < 16; i++) {
      uint32_t word;
      memcpy(&word, block + 64 * b + 4 * i, 4);
      w[i] = ntohl(word);
    }
    for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    uint32_t v[5];
    memcpy(v, h, sizeof v);
    for (int i = 0; i < 80; i++) {
      uint32_t f, k;
      if (i < 20) f = (v[1] & v[2]) | (~v[1] & v[3]), k = 0x5A827999;
      else if (i < 40) f = v[1] ^ v[2] ^ v[3], k = 0x6ED9EBA1;
      else if (i < 60) f = (v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3]), k = 0x8F1BBCDC;
      else f = v[1] ^ v[2] ^ v[3], k = 0xCA62C1D6;
      uint32_t t = rotate(v[0], 5) + f + v[4] + k + w[i];
      v[4] = v[3], v[3] = v[2], v[2] = rotate(v[1], 30), v[1] = v[0], v[0] = t;
    }
    for (int i = 0; i < 5; i++) h[i] += v[i];
  }
  for (int i = 0; i < 5; i++) {
    uint32_t word = htonl(h[i]);
    memcpy(out + 4 * i, &word, 4);
  }
}

/* Answers a request that has come whole. Writes what stands behind name= to name. Returns the answer's length, or 0. */
static int answer_handshake(const char *request, char *answer, size_t room, char *name, size_t name_room) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *key = strcasestr(request, "\r\nsec-websocket-key:");
  if (!key) return 0;
  key += strlen("\r\nsec-websocket-key:");
  while (*key == ' ') key++;
  size_t length = strcspn(key, " \r\n");
  if (length > 60) return 0;
  uint8_t salted[120], digest[21] = {0};
  memcpy(salted, key, length);
  memcpy(salted + length, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", 36);
  sha1(salted, length + 36, digest);
  char accept[29] = {0};
  for (int i = 0, o = 0; i < 21; i += 3) {
    uint32_t three = (uint32_t)digest[i] << 16 | (uint32_t)digest[i + 1] << 8 | digest[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6) accept[o++] = letters[three >> shift & 63];
  }
  accept[27] = '=';
  const char *given = strstr(request, "name=");
  size_t name_length = given ? strcspn(given + 5, " &\r\n") : 0;
  if (name_length >= name_room) name_length = name_room - 1;
  if (given) memcpy(name, given + 5, name_length);
  name[name_length] = 0;
  return snprintf(answer, room,
                  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
}

static int listen_on(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) {
    perror("listen");
    exit(1);
  }
  return listener;
}

/* Parses one SIP message again and again with Sofia-SIP: `bench-sip-sofia FILE COUNT` for every line "FILE COUNT" on
   standard input, answered with microseconds of processor time a message. Built and driven by bench-sip.ts. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <sofia-sip/su.h>
#include <sofia-sip/msg.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_parser.h>

static double processor_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

int main(void) {
  static char octets[65536], name[4096];
  long count;
  if (su_init() != 0) return 1;
  while (scanf("%4095s %ld", name, &count) == 2) {
    FILE *file = fopen(name, "rb");
    size_t length = file ? fread(octets, 1, sizeof octets, file) : 0;
    if (file) fclose(file);
    long read = 0;
    double began = processor_seconds();
    for (long i = 0; i < count; i++) {
      msg_t *message = msg_make(sip_default_mclass(), 0, octets, length);
      sip_t *sip = message ? sip_object(message) : NULL;
      if (sip && !sip->sip_error && sip->sip_via && sip->sip_cseq) read++;
      msg_destroy(message);
    }
    double spent = processor_seconds() - began;
    printf("%f %ld\n", spent / count * 1e6, read);
    fflush(stdout);
  }
  su_deinit();
  return 0;
}

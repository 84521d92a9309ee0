// A C program on an imported heap: counts the words of a text in a hash table that grows, and writes a report.
// Everything it keeps comes from malloc, calloc, realloc, strdup and posix_memalign.

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(name)))

struct entry {
  struct entry *next;
  char *word;
  uint32_t count;
};

static struct entry **buckets;
static size_t bucket_count;
static size_t entry_count;

static uint32_t hash(const char *word) {
  uint32_t h = 2166136261u; // FNV-1a (Fowler, Noll, Vo)
  for (; *word; word++) h = (h ^ (uint8_t)*word) * 16777619u;
  return h;
}

static int grow(void) {
  size_t count = bucket_count ? 2 * bucket_count : 8;
  struct entry **larger = calloc(count, sizeof *larger);
  if (!larger) return 0;
  for (size_t i = 0; i < bucket_count; i++)
    for (struct entry *entry = buckets[i], *next; entry; entry = next) {
      next = entry->next;
      struct entry **bucket = &larger[hash(entry->word) % count];
      entry->next = *bucket;
      *bucket = entry;
    }
  free(buckets);
  buckets = larger;
  bucket_count = count;
  return 1;
}

static int count_word(const char *word) {
  if (entry_count >= bucket_count && !grow()) return 0;
  struct entry **bucket = &buckets[hash(word) % bucket_count];
  for (struct entry *entry = *bucket; entry; entry = entry->next)
    if (strcmp(entry->word, word) == 0) return ++entry->count, 1;
  struct entry *entry = malloc(sizeof *entry);
  char *copy = strdup(word);
  if (!entry || !copy) return free(entry), free(copy), 0;
  *entry = (struct entry){.next = *bucket, .word = copy, .count = 1};
  *bucket = entry;
  entry_count++;
  return 1;
}

// Counts the words of a text, letters a to z; 0 when memory ran out.
EXPORT("countWords") int count_words(const char *text) {
  char *word = NULL;
  size_t length = 0;
  int ok = 1;
  for (;; text++) {
    char *longer = realloc(word, length + 1);
    if (!longer) {
      ok = 0;
      break;
    }
    word = longer;
    if (*text >= 'a' && *text <= 'z') {
      word[length++] = *text;
      continue;
    }
    word[length] = 0;
    if (length > 0 && !count_word(word)) {
      ok = 0;
      break;
    }
    length = 0;
    if (!*text) break;
  }
  free(word);
  return ok;
}

static int by_word(const void *a, const void *b) {
  return strcmp((*(struct entry *const *)a)->word, (*(struct entry *const *)b)->word);
}

// The words in order, one to a line with its count, as a string that the caller frees; NULL when memory ran out.
EXPORT("report") char *report(void) {
  struct entry **sorted;
  if (posix_memalign((void **)&sorted, 64, (entry_count + 1) * sizeof *sorted)) return NULL;
  if ((uintptr_t)sorted % 64) abort();
  size_t found = 0, length = 0;
  for (size_t i = 0; i < bucket_count; i++)
    for (struct entry *entry = buckets[i]; entry; entry = entry->next) sorted[found++] = entry;
  qsort(sorted, found, sizeof *sorted, by_word);
  char *text = calloc(1, 1);
  for (size_t i = 0; i < found && text; i++) {
    char digits[12];
    int n = 0;
    for (uint32_t count = sorted[i]->count; count; count /= 10) digits[n++] = '0' + count % 10;
    size_t word_length = strlen(sorted[i]->word);
    char *longer = realloc(text, length + word_length + n + 3);
    if (!longer) free(text);
    text = longer;
    if (!text) break;
    memcpy(text + length, sorted[i]->word, word_length);
    length += word_length;
    text[length++] = ' ';
    while (n) text[length++] = digits[--n];
    text[length++] = '\n';
    text[length] = 0;
  }
  free(sorted);
  return text;
}

// Frees everything.
EXPORT("clear") void clear(void) {
  for (size_t i = 0; i < bucket_count; i++)
    for (struct entry *entry = buckets[i], *next; entry; entry = next) {
      next = entry->next;
      free(entry->word);
      free(entry);
    }
  free(buckets);
  buckets = NULL;
  bucket_count = entry_count = 0;
}

// The rules of the C standard for each function, tried out; 0, or the number of the first that does not hold.
EXPORT("rules") int rules(void) {
  free(NULL);
  char *a = malloc(0), *b = malloc(0);
  if (!a || !b || a == b) return 1;
  if ((uintptr_t)a % 16 || (uintptr_t)b % 16) return 2;
  free(a);
  free(b);
  volatile size_t half = SIZE_MAX / 2 + 1;
  if (calloc(half, 2)) return 3;
  if (malloc(SIZE_MAX)) return 4;
  char *p = realloc(NULL, 100);
  if (!p) return 5;
  for (int i = 0; i < 100; i++) p[i] = i;
  if (realloc(p, SIZE_MAX - 32)) return 6;
  for (int i = 0; i < 100; i++)
    if (p[i] != i) return 7;
  p = realloc(p, 100000);
  if (!p) return 8;
  for (int i = 0; i < 100; i++)
    if (p[i] != i) return 9;
  p = realloc(p, 50);
  for (int i = 0; i < 50; i++)
    if (p[i] != i) return 10;
  memset(p, 0xff, 50);
  free(p);
  char *zeroes = calloc(10, 5);
  if (!zeroes) return 11;
  for (int i = 0; i < 50; i++)
    if (zeroes[i]) return 12;
  free(zeroes);
  void *out = &out;
  if (posix_memalign(&out, 24, 10) == 0 || out != &out) return 13;
  if (posix_memalign(&out, 4096, 10) || (uintptr_t)out % 4096) return 14;
  free(out);
  void *aligned = aligned_alloc(1024, 2048);
  if (!aligned || (uintptr_t)aligned % 1024) return 15;
  free(aligned);
  errno = 0;
  if (malloc(SIZE_MAX) || errno != ENOMEM) return 16;
  errno = 0;
  if (calloc(half, 2) || errno != ENOMEM) return 17;
  volatile size_t odd = 24;
  if (aligned_alloc(odd, 48) || errno != EINVAL) return 18;
  if (posix_memalign(&out, odd, 10) != EINVAL) return 19;
  if (posix_memalign(&out, 64, SIZE_MAX - 100) != ENOMEM) return 20;
  return 0;
}

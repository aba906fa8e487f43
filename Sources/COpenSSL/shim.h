/// Swift sees neither OpenSSL's macros that cast nor its variadic calls: each one that Corsway uses has a
/// function of its own here, and so has the way to a socket, which OpenSSL's own BIO takes with a SIGPIPE.

#ifndef CORSWAY_COPENSSL_SHIM_H
#define CORSWAY_COPENSSL_SHIM_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Glibc's module holds sys/socket.h: a second module with it would hide its names from some files.
extern ssize_t recv(int number, void *bytes, size_t room, int flags);
extern ssize_t send(int number, const void *bytes, size_t length, int flags);
extern int ioctl(int number, unsigned long request, ...);

enum {
    /// MSG_NOSIGNAL of Linux.
    corsway_no_signal = 0x4000,
    /// MSG_PEEK and FIONREAD of Linux.
    corsway_peek = 2,
    corsway_waiting_bytes = 0x541B,
    /// The header of a record, and the most that follows one (RFC 5246 §6.2.3).
    corsway_record_header = 5,
    corsway_maximum_record = 16384 + 2048,
};

/// What a session's BIO knows of its socket.
struct corsway_socket {
    int number;
    /// The errno of the call that failed, else 0.
    int fault;
    /// Whether the peer has closed its side.
    int is_ended;
    /// Whether the last read got less than it had room for: then the socket was empty.
    int was_short;
    /// Records that came since the handshake and brought the reader nothing; below 0 while it goes on.
    int empty_records;
    /// While the handshake goes on: bytes of records that are whole, and may be read.
    int record_left;
    /// What was read before TLS began and comes first; freed with its last byte.
    unsigned char *early;
    size_t early_start;
    size_t early_end;
};

enum {
    /// So many records without a byte for the reader are taken, such as new keys; Go takes 16.
    corsway_maximum_empty_records = 32,
};

/// Counts each record that comes; the session takes off those that brought bytes.
///
/// One call of SSL_read goes on for as long as it finds nothing to hand out.
static inline void corsway_note_record(
    int is_sent, int version, int type, const void *bytes, size_t length, SSL *ssl, void *argument
) {
    struct corsway_socket *socket = (struct corsway_socket *)argument;
    (void)version;
    (void)bytes;
    (void)length;
    (void)ssl;
    if (is_sent || type != SSL3_RT_HEADER || socket->empty_records < 0) { return; }
    if (++socket->empty_records > corsway_maximum_empty_records) { socket->fault = EPROTO; }
}

/// Has bytes that were read before TLS began come before those of the socket.
static inline int corsway_keep_early(struct corsway_socket *socket, const void *bytes, size_t count) {
    if (count == 0) { return 1; }
    socket->early = (unsigned char *)malloc(count);
    if (socket->early == NULL) { return 0; }
    memcpy(socket->early, bytes, count);
    socket->early_end = count;
    return 1;
}

static inline void corsway_forget_early(struct corsway_socket *socket) {
    free(socket->early);
    socket->early = NULL;
    socket->early_start = 0;
    socket->early_end = 0;
}

static inline size_t corsway_early_count(const struct corsway_socket *socket) {
    return socket->early_end - socket->early_start;
}

/// Copies the first of the early bytes, which stay there.
static inline size_t corsway_copy_early(const struct corsway_socket *socket, void *bytes, size_t room) {
    size_t count = corsway_early_count(socket);
    if (count > room) { count = room; }
    if (count > 0) { memcpy(bytes, socket->early + socket->early_start, count); }
    return count;
}

/// Reads early bytes where there are any, else those of the socket.
static inline ssize_t corsway_receive(struct corsway_socket *socket, void *bytes, size_t room) {
    if (socket->early == NULL) {
        ssize_t result = recv(socket->number, bytes, room, 0);
        socket->was_short = result < 0 || (size_t)result < room;
        return result;
    }
    size_t count = corsway_copy_early(socket, bytes, room);
    socket->early_start += count;
    if (corsway_early_count(socket) == 0) { corsway_forget_early(socket); }
    // This says nothing of the socket.
    socket->was_short = 0;
    return (ssize_t)count;
}

/// Looks at the next bytes, early ones first; all of them stay there.
static inline ssize_t corsway_look(const struct corsway_socket *socket, void *bytes, size_t room) {
    size_t early = corsway_copy_early(socket, bytes, room);
    if (early == room) { return (ssize_t)early; }
    ssize_t result = recv(socket->number, (unsigned char *)bytes + early, room - early, corsway_peek);
    if (early == 0) { return result; }
    return result > 0 ? (ssize_t)early + result : (ssize_t)early;
}

/// How many bytes can be read at once; below 0 where that is unknown.
static inline ssize_t corsway_waiting_count(const struct corsway_socket *socket) {
    int waiting = 0;
    if (ioctl(socket->number, corsway_waiting_bytes, &waiting) != 0) { return -1; }
    return (ssize_t)corsway_early_count(socket) + waiting;
}

/// Notes why a read brought nothing.
static inline int corsway_read_failed(BIO *bio, struct corsway_socket *socket, ssize_t result) {
    socket->was_short = 1;
    if (result == 0) {
        socket->is_ended = 1;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
        BIO_set_retry_read(bio);
    } else {
        socket->fault = errno;
    }
    return 0;
}

/// Lets a record of the handshake be read once it is whole: OpenSSL keeps 16 KiB for a part of one.
static inline int corsway_await_record(BIO *bio, struct corsway_socket *socket) {
    unsigned char header[corsway_record_header];
    ssize_t result = corsway_look(socket, header, sizeof header);
    if (result <= 0) { return corsway_read_failed(bio, socket, result); }
    int length = corsway_record_header;
    if (result == corsway_record_header) {
        int body = header[3] << 8 | header[4];
        // One that is too long is refused by its header.
        if (body <= corsway_maximum_record) { length += body; }
    }
    if (corsway_waiting_count(socket) < length) {
        errno = EAGAIN;
        return corsway_read_failed(bio, socket, -1);
    }
    socket->record_left = length;
    return 1;
}

static inline int corsway_bio_read(BIO *bio, char *bytes, size_t room, size_t *count) {
    struct corsway_socket *socket = (struct corsway_socket *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    *count = 0;
    if (socket->fault != 0) { return 0; }
    int shakes_hands = socket->empty_records < 0;
    if (shakes_hands) {
        if (socket->record_left == 0 && !corsway_await_record(bio, socket)) { return 0; }
        if (room > (size_t)socket->record_left) { room = (size_t)socket->record_left; }
    }
    ssize_t result = corsway_receive(socket, bytes, room);
    if (result <= 0) { return corsway_read_failed(bio, socket, result); }
    *count = (size_t)result;
    if (shakes_hands) { socket->record_left -= (int)result; }
    return 1;
}

static inline int corsway_bio_write(BIO *bio, const char *bytes, size_t length, size_t *count) {
    struct corsway_socket *socket = (struct corsway_socket *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    *count = 0;
    ssize_t result = send(socket->number, bytes, length, corsway_no_signal);
    if (result > 0) {
        *count = (size_t)result;
        return 1;
    }
    if (result == 0 || errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
        BIO_set_retry_write(bio);
    } else {
        socket->fault = errno;
    }
    return 0;
}

static inline long corsway_bio_control(BIO *bio, int command, long number, void *pointer) {
    struct corsway_socket *socket = (struct corsway_socket *)BIO_get_data(bio);
    (void)number;
    (void)pointer;
    switch (command) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_EOF: return socket->is_ended;
    default: return 0;
    }
}

/// How sessions read and write sockets; made once for a context.
static inline BIO_METHOD *corsway_bio_method(void) {
    // Nobody looks for it by its type; OpenSSL has indexes for 127 types only, and each reload makes methods.
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "corsway socket");
    if (method == NULL) { return NULL; }
    if (BIO_meth_set_read_ex(method, corsway_bio_read) != 1
        || BIO_meth_set_write_ex(method, corsway_bio_write) != 1
        || BIO_meth_set_ctrl(method, corsway_bio_control) != 1) {
        BIO_meth_free(method);
        return NULL;
    }
    return method;
}

/// Has a session read and write through what the pointer names, which has to outlive it.
static inline int corsway_ssl_attach(SSL *ssl, BIO_METHOD *method, struct corsway_socket *socket) {
    BIO *bio = BIO_new(method);
    if (bio == NULL) { return 0; }
    BIO_set_data(bio, socket);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_msg_callback(ssl, corsway_note_record);
    SSL_set_msg_callback_arg(ssl, socket);
    return 1;
}

/// Sets what every context has, whatever the system's configuration of OpenSSL says.
static inline int corsway_context_configure(SSL_CTX *context, int minimum_version) {
    SSL_CTX_clear_options(context, SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_options(
        context,
        SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE
            | SSL_OP_PRIORITIZE_CHACHA
    );
    SSL_CTX_set_mode(
        context,
        SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
    );
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return SSL_CTX_set_min_proto_version(context, minimum_version) == 1
        && SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1;
}

static inline int corsway_context_set_groups(SSL_CTX *context, const char *names) {
    return SSL_CTX_set1_groups_list(context, names) == 1;
}

static inline int corsway_context_add_chain(SSL_CTX *context, X509 *certificate) {
    return SSL_CTX_add1_chain_cert(context, certificate) == 1;
}

typedef int (*corsway_name_callback)(SSL *ssl, int *alert, void *argument);

/// Has a function choose the certificate once the client's wish is known.
static inline void corsway_context_on_name(SSL_CTX *context, corsway_name_callback callback, void *argument) {
    SSL_CTX_set_tlsext_servername_callback(context, callback);
    SSL_CTX_set_tlsext_servername_arg(context, argument);
}

static inline void corsway_context_set_data(SSL_CTX *context, void *data) {
    SSL_CTX_set_app_data(context, data);
}

static inline void *corsway_context_data(SSL_CTX *context) {
    return SSL_CTX_get_app_data(context);
}

/// A place in each context for an object of ours, which the function lets go of together with the context.
static inline int corsway_context_place(CRYPTO_EX_free *release) {
    return SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, release);
}

/// Has a context verify by a store that others use too.
///
/// The chain of a certificate of ours is completed by it, as it would be by the context's own store.
static inline int corsway_context_verify_by(SSL_CTX *context, X509_STORE *store) {
    return SSL_CTX_set1_verify_cert_store(context, store) == 1
        && SSL_CTX_set1_chain_cert_store(context, store) == 1;
}

/// Hands the sessions that a server offers to a function, and keeps none itself.
///
/// libcurl refuses the tickets of TLS 1.2, for the sake of servers that stumbled over them long ago.
static inline void corsway_context_on_session(SSL_CTX *context, int (*callback)(SSL *, SSL_SESSION *)) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_clear_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_sess_set_new_cb(context, callback);
}

static inline int corsway_error_reason(unsigned long code) {
    return ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
}

/// Starts the encryption of a session ticket, or its decryption, and the sum that protects it.
static inline int corsway_ticket_begin(
    EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, unsigned char *key, const unsigned char *vector, int encrypts
) {
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key + 32, 32),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(mac, parameters) == 1
        && EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), NULL, key, vector, encrypts) == 1;
}

static inline int corsway_refuse_password(char *buffer, int size, int encrypts, void *asked) {
    (void)buffer;
    (void)size;
    (void)encrypts;
    *(int *)asked = 1;
    return -1;
}

/// Reads a private key that needs no password; notes where one was asked for.
static inline EVP_PKEY *corsway_read_key(BIO *bio, int *asked) {
    return PEM_read_bio_PrivateKey(bio, NULL, corsway_refuse_password, asked);
}

static inline EVP_PKEY *corsway_make_key(void) {
    return EVP_EC_gen("P-256");
}

/// Whether an authority says for which names it may issue.
static inline int corsway_is_constrained(X509 *authority) {
    return X509_get_ext_by_NID(authority, NID_name_constraints, -1) >= 0;
}

/// Whether an authority may issue a certificate, by its name constraints (RFC 5280 §4.2.1.10).
static inline int corsway_permits(X509 *authority, X509 *certificate) {
    if (!corsway_is_constrained(authority)) { return 1; }
    // Reads the certificate's names into where the check looks for them.
    X509_check_purpose(certificate, -1, 0);
    NAME_CONSTRAINTS *constraints =
        (NAME_CONSTRAINTS *)X509_get_ext_d2i(authority, NID_name_constraints, NULL, NULL);
    if (constraints == NULL) { return 0; }
    int result = NAME_CONSTRAINTS_check(certificate, constraints) == X509_V_OK;
    NAME_CONSTRAINTS_free(constraints);
    return result;
}

/// Writes the DNS names and the addresses that a certificate is for, one in each line.
static inline int corsway_write_names(BIO *bio, X509 *certificate) {
    GENERAL_NAMES *names = (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    if (names == NULL) { return 1; }
    int result = 1;
    for (int index = 0; result && index < sk_GENERAL_NAME_num(names); index++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
        if (name->type == GEN_DNS) {
            const ASN1_IA5STRING *text = name->d.dNSName;
            result = BIO_printf(bio, "%.*s\n", ASN1_STRING_length(text), ASN1_STRING_get0_data(text)) > 0;
        } else if (name->type == GEN_IPADD) {
            const unsigned char *bytes = ASN1_STRING_get0_data(name->d.iPAddress);
            int count = ASN1_STRING_length(name->d.iPAddress);
            if (count == 4) {
                result = BIO_printf(bio, "%d.%d.%d.%d\n", bytes[0], bytes[1], bytes[2], bytes[3]) > 0;
            }
            for (int group = 0; count == 16 && group < 16; group += 2) {
                const char *end = group == 14 ? "\n" : ":";
                BIO_printf(bio, "%x%s", bytes[group] << 8 | bytes[group + 1], end);
            }
        }
    }
    GENERAL_NAMES_free(names);
    return result;
}

/// Adds an extension in the notation of openssl's configuration.
static inline int corsway_add_extension(X509 *certificate, X509 *issuer, int identifier, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509V3_set_ctx_nodb(&context);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, identifier, value);
    if (extension == NULL) { return 0; }
    int result = X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return result == 1;
}

/// Gives a certificate a random serial number of 159 bits, which is positive.
static inline int corsway_set_random_serial(X509 *certificate) {
    BIGNUM *number = BN_new();
    int result = number != NULL && BN_rand(number, 159, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1
        && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return result;
}

static inline long corsway_bio_contents(BIO *bio, char **bytes) {
    return BIO_get_mem_data(bio, bytes);
}

static inline const ASN1_STRING *corsway_dns_name(const GENERAL_NAME *name) {
    return name->type == GEN_DNS ? name->d.dNSName : NULL;
}

static inline GENERAL_NAME *corsway_name_at(GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}

static inline int corsway_name_count(GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}

#endif

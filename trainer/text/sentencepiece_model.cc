#include "trainer/text/sentencepiece_model.h"

#include <sentencepiece_processor.h>

#include <climits>
#include <cstring>
#include <new>
#include <string>
#include <vector>

struct sentencepiece_model {
    sentencepiece::SentencePieceProcessor processor;
};

namespace
{

/* Fields of ModelProto and its parts, as protocol buffers write them (piece_file.c reads the same). */
void add_varint(std::string &out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        out.push_back(static_cast<char>((value & 0x7F) | 0x80));
    out.push_back(static_cast<char>(value));
}

void add_number(std::string &out, unsigned field, uint64_t value)
{
    add_varint(out, field << 3);
    add_varint(out, value);
}

void add_bytes(std::string &out, unsigned field, const char *bytes, size_t length)
{
    add_varint(out, field << 3 | 2);
    add_varint(out, length);
    out.append(bytes, length);
}

void add_float(std::string &out, unsigned field, float value)
{
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    add_varint(out, field << 3 | 5);
    for (int i = 0; i < 4; i++)
        out.push_back(static_cast<char>(bits >> (8 * i) & 0xFF));
}

std::string write_model(const struct piece *pieces, int count, enum piece_model kind, bool byte_fallback)
{
    std::string model, part;
    for (int i = 0; i < count; i++) {
        part.clear();
        add_bytes(part, 1, pieces[i].bytes, pieces[i].length);
        add_float(part, 2, pieces[i].score);
        add_number(part, 3, pieces[i].type);
        add_bytes(model, 1, part.data(), part.size());
    }
    part.clear();
    add_number(part, 3, kind);
    add_number(part, 35, byte_fallback ? 1 : 0);
    add_bytes(model, 2, part.data(), part.size());
    part.clear();
    add_bytes(part, 1, "identity", 8);
    add_number(part, 3, 0); /* add_dummy_prefix */
    add_number(part, 4, 0); /* remove_extra_whitespaces */
    add_number(part, 5, 1); /* escape_whitespaces */
    add_bytes(model, 3, part.data(), part.size());
    return model;
}

/* What a C++ function threw, as our status: called in its catch (...). */
enum status status_of_throw(const char *where, struct error *error)
{
    try {
        throw;
    } catch (const std::bad_alloc &) {
        return error_no_memory(error, 0);
    } catch (const std::exception &problem) {
        return error_set(error, STATUS_INTERNAL, "%s: libsentencepiece: %s", where, problem.what());
    } catch (...) {
        return error_set(error, STATUS_INTERNAL, "%s: libsentencepiece failed", where);
    }
}

} // namespace

enum status sentencepiece_model_open(const struct piece *pieces, int count, enum piece_model kind,
                                     bool byte_fallback, const char *path, struct sentencepiece_model **model,
                                     struct error *error)
{
    *model = nullptr;
    struct sentencepiece_model *opened = nullptr;
    try {
        opened = new sentencepiece_model;
        const std::string proto = write_model(pieces, count, kind, byte_fallback);
        const sentencepiece::util::Status loaded = opened->processor.LoadFromSerializedProto(proto);
        if (loaded.ok() && opened->processor.GetPieceSize() == count) {
            *model = opened;
            return STATUS_OK;
        }
        enum status status = error_set(error, STATUS_BAD_INPUT, "%s: libsentencepiece refuses the model: %s",
                                       path, loaded.message());
        delete opened;
        return status;
    } catch (...) {
        delete opened;
        return status_of_throw(path, error);
    }
}

enum status sentencepiece_model_encode(const struct sentencepiece_model *model, const char *text,
                                       size_t length, struct token_ids *ids, struct error *error)
{
    /* The library counts bytes and pieces in int. */
    if (length > INT_MAX / 4)
        return error_set(error, STATUS_UNSUPPORTED,
                         "a text of %zu bytes is too long for SentencePiece; %d fit", length, INT_MAX / 4);
    try {
        std::vector<int> found;
        const sentencepiece::util::Status encoded = model->processor.Encode({text, length}, &found);
        if (!encoded.ok())
            return error_set(error, STATUS_INTERNAL, "libsentencepiece: %s", encoded.message());
        for (int id : found)
            TRY(token_ids_add(ids, id, error));
        return STATUS_OK;
    } catch (...) {
        return status_of_throw("encoding a text", error);
    }
}

void sentencepiece_model_close(struct sentencepiece_model *model)
{
    delete model;
}
